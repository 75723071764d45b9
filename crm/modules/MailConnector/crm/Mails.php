<?php

namespace MailConnector\Crm;

use MailConnector\FileDigest;
use MailConnector\Pictures;
use MailConnector\SoughtId;

/** The mails, Documents and records of this vtenext, as one user works with them. */
final class Mails implements \MailConnector\Mails
{
    use Comments;
    use Locks;
    use Rows;
    use Saving;

    private const FOLDER = 'Message attachments';
    /** Mails that may have one Message-ID, and are looked at. */
    private const CANDIDATES = 1000;
    private const COLUMNS = 'messagehash, messageid, subject, xmailer, mfrom, mfrom_n, mto, mto_n, mcc, mcc_n, mbcc, mbcc_n, mreplyto, mdate, createdtime,'
        . " COALESCE(NULLIF(cleaned_body, ''), description) AS body";

    /** @var int the user's number */
    private int $user = 0;
    private array $takes = [];

    public function enter(int $user): void
    {
        global $current_user;
        // The CRM's functions look into the request for what a page would send: nothing of a client's may be there.
        $_REQUEST = $_GET = $_POST = $_FILES = [];
        $current_user = \CRMEntity::getInstance('Users');
        $current_user->retrieveCurrentUserInfoFromFile($user);
        $current_user->id = $user;
        $_SERVER['PHP_AUTH_USER'] = $current_user->column_fields['user_name'];
        $this->user = $user;
        $this->takes = [];
    }

    public function may(string $module): bool
    {
        return vtlib_isModuleActive($module) && isPermitted($module, 'index') === 'yes' && isPermitted($module, 'EditView') === 'yes';
    }

    public function takesMails(string $module): bool
    {
        return $this->takes($module, 'Messages') && vtlib_isModuleActive($module) && isPermitted($module, 'index') === 'yes';
    }

    public function takesDocuments(string $module): bool
    {
        return $this->takes($module, 'Documents');
    }

    public function module(int $number): string
    {
        global $table_prefix;
        $rows = $this->rows("SELECT setype FROM {$table_prefix}_crmentity WHERE crmid = ? AND deleted = 0", [$number]);
        if ($rows !== []) {
            $kind = $this->kind((string) $rows[0]['setype'], $number);
            return $kind === 'Leads' && $this->isConverted($number) ? '' : $kind;
        }
        // Mails have no row there.
        $rows = $this->rows("SELECT messagesid FROM {$table_prefix}_messages WHERE messagesid = ? AND deleted = 0", [$number]);
        return $rows === [] ? '' : 'Messages';
    }

    /** Whether a lead was converted: vtenext shows it as one that was deleted, and ends with a page of its own where it is read. */
    private function isConverted(int $lead): bool
    {
        global $table_prefix;
        return $this->rows("SELECT leadid FROM {$table_prefix}_leaddetails WHERE leadid = ? AND converted = 1", [$lead]) !== [];
    }

    public function maySee(string $module, int $number): bool
    {
        return vtlib_isModuleActive($module) && isPermitted($module, 'index') === 'yes' && isPermitted($module, 'DetailView', $number) === 'yes';
    }

    public function mayRemove(string $module, int $number): bool
    {
        return isPermitted($module, 'Delete', $number) === 'yes';
    }

    public function copies(string $messageId): array
    {
        global $table_prefix;
        $query = "SELECT messagesid, messageid, messagehash FROM {$table_prefix}_messages"
            . " WHERE deleted = 0 AND messageid = ? AND smownerid = ? AND mtype = 'Link' ORDER BY messagesid";
        $found = [];
        foreach ($this->rows($query, [$messageId, $this->user]) as $row) {
            if (self::isKept((string) $row['messageid'], $messageId)) {
                $found[(int) $row['messagesid']] = (string) $row['messagehash'];
            }
        }
        return $found;
    }

    public function candidates(SoughtId $sought, string $date): array
    {
        global $table_prefix;
        $conditions = array_merge(array_fill(0, count($sought->equal), 'messageid = ?'), array_fill(0, count($sought->like), 'messageid LIKE ?'));
        // In the order of the index, so that the limit ends the reading.
        $query = "SELECT messagesid, messageid, subject, mdate, createdtime FROM {$table_prefix}_messages"
            . ' WHERE deleted = 0 AND (' . implode(' OR ', $conditions) . ')' . ($date === '' ? '' : ' AND mdate = ?')
            . " AND smownerid = ? AND mtype = 'Link' ORDER BY messageid, messagesid";
        $values = array_merge($sought->equal, $sought->like, $date === '' ? [] : [$date], [$this->user]);
        return array_map(static fn (array $row): array => [
            'number' => (int) $row['messagesid'],
            'message_id' => (string) $row['messageid'],
            'subject' => (string) $row['subject'],
            'date' => (string) $row['mdate'],
            'created' => (string) $row['createdtime'],
        ], $this->rows($query, $values, self::CANDIDATES));
    }

    public function held(int $number): ?array
    {
        global $table_prefix;
        $columns = self::COLUMNS;
        $query = "SELECT $columns FROM {$table_prefix}_messages WHERE messagesid = ? AND deleted = 0 AND smownerid = ? AND mtype = 'Link'";
        $row = $this->rows($query, [$number, $this->user])[0] ?? null;
        return $row === null ? null : [
            'hash' => (string) $row['messagehash'],
            'message_id' => (string) $row['messageid'],
            'subject' => (string) $row['subject'],
            'mark' => (string) $row['xmailer'],
            'from' => (string) $row['mfrom'],
            'from_names' => (string) $row['mfrom_n'],
            'to' => (string) $row['mto'],
            'to_names' => (string) $row['mto_n'],
            'cc' => (string) $row['mcc'],
            'cc_names' => (string) $row['mcc_n'],
            'bcc' => (string) $row['mbcc'],
            'bcc_names' => (string) $row['mbcc_n'],
            'reply_to' => (string) $row['mreplyto'],
            'html' => (string) $row['body'],
            'date' => (string) $row['mdate'],
            'created' => (string) $row['createdtime'],
        ];
    }

    public function documents(int $mail): array
    {
        global $table_prefix;
        $query = "SELECT n.notesid, n.title, n.filesize, n.filename, n.filelocationtype FROM {$table_prefix}_notes n"
            . " INNER JOIN {$table_prefix}_crmentity e ON e.crmid = n.notesid AND e.deleted = 0"
            . " INNER JOIN (SELECT document AS id FROM {$table_prefix}_messages_attach WHERE messagesid = ?"
            . " UNION SELECT notesid AS id FROM {$table_prefix}_senotesrel WHERE crmid = ?) d ON d.id = n.notesid ORDER BY n.notesid";
        return array_map(static fn (array $row): array => [
            'number' => (int) $row['notesid'],
            'title' => (string) $row['title'],
            'size' => (int) $row['filesize'],
            'name' => (string) $row['filename'],
            'link' => $row['filelocationtype'] === 'E',
        ], $this->rows($query, [$mail, $mail]));
    }

    public function digest(int $document): string
    {
        global $table_prefix, $root_directory;
        $query = "SELECT a.attachmentsid, a.name, a.path FROM {$table_prefix}_attachments a"
            . " INNER JOIN {$table_prefix}_seattachmentsrel s ON s.attachmentsid = a.attachmentsid WHERE s.crmid = ? ORDER BY a.attachmentsid";
        $path = '';
        foreach ($this->rows($query, [$document]) as $row) {
            $path = "$root_directory$row[path]$row[attachmentsid]_$row[name]";
        }
        return FileDigest::of($path);
    }

    public function records(int $mail): array
    {
        global $table_prefix;
        $query = "SELECT r.crmid, e.setype FROM {$table_prefix}_messages m"
            . " INNER JOIN {$table_prefix}_messagesrel r ON r.messagehash = m.messagehash"
            . " INNER JOIN {$table_prefix}_crmentity e ON e.crmid = r.crmid AND e.deleted = 0"
            . " WHERE m.messagesid = ? AND e.setype <> 'Documents' ORDER BY r.crmid";
        return $this->byNumber($this->rows($query, [$mail]));
    }

    public function documentRecords(int $document): array
    {
        global $table_prefix;
        $query = "SELECT e.crmid, e.setype FROM {$table_prefix}_senotesrel s"
            . " INNER JOIN {$table_prefix}_crmentity e ON e.crmid = s.crmid AND e.deleted = 0 WHERE s.notesid = ? ORDER BY e.crmid";
        return $this->byNumber($this->rows($query, [$document]));
    }

    public function others(int $mail): array
    {
        global $table_prefix;
        $query = "SELECT o.messagesid FROM {$table_prefix}_messages m INNER JOIN {$table_prefix}_messages o"
            . ' ON o.messagehash = m.messagehash AND o.deleted = 0 AND o.messagesid <> m.messagesid WHERE m.messagesid = ?';
        return array_map('intval', array_column($this->rows($query, [$mail]), 'messagesid'));
    }

    public function oneAtATime(string $name, callable $work)
    {
        return self::locked("$this->user $name", $work);
    }

    public function store(array $fields): int
    {
        $focus = \CRMEntity::getInstance('Messages');
        $pictures = new Pictures((string) ($fields['description'] ?? ''));
        foreach (['description' => $pictures->html] + $fields as $name => $value) {
            $focus->column_fields[$name] = $value;
        }
        $focus->column_fields['assigned_user_id'] = $this->user;
        self::onServersClock($focus);
        $this->save($focus, 'Messages');
        $this->putBack((int) $focus->id, $pictures);
        return (int) $focus->id;
    }

    public function attach(int $mail, array $file): int
    {
        $_FILES = ['filename' => ['error' => UPLOAD_ERR_OK] + array_intersect_key($file, ['name' => 0, 'type' => 0, 'tmp_name' => 0, 'size' => 0])];
        try {
            $document = $this->document($mail, $file['name'], ['filelocationtype' => 'I']);
        } finally {
            $_FILES = [];
        }
        if (!$this->hasFile($document)) {
            $this->removeDocument($mail, $document);
            return 0;
        }
        $this->cameWith($mail, $document, $file);
        return $document;
    }

    public function attachAddress(int $mail, string $name, string $address): int
    {
        $document = $this->document($mail, $name, ['filelocationtype' => 'E', 'filename' => $address]);
        $this->cameWith($mail, $document, ['name' => $name, 'type' => '', 'size' => 0]);
        return $document;
    }

    public function relate(int $mail, string $module, array $numbers): void
    {
        \CRMEntity::getInstance('Messages')->save_related_module('Messages', $mail, $module, $numbers, true);
        $this->audit('relate', 'Messages', $mail);
    }

    public function relateDocument(int $document, string $module, array $numbers): void
    {
        \CRMEntity::getInstance('Documents')->save_related_module('Documents', $document, $module, $numbers, true);
        $this->audit('relate', 'Documents', $document);
    }

    public function unrelate(int $mail, string $module, int $number): void
    {
        \CRMEntity::getInstance('Messages')->unlinkRelationship($mail, $module, $number);
        self::checkUnrelated($this->records($mail), $number);
        $this->audit('unrelate', 'Messages', $mail);
    }

    public function unrelateDocument(int $document, string $module, int $number): void
    {
        \CRMEntity::getInstance('Documents')->unlinkRelationship($document, $module, $number);
        self::checkUnrelated($this->documentRecords($document), $number);
        $this->audit('unrelate', 'Documents', $document);
    }

    public function remove(int $mail): void
    {
        \CRMEntity::getInstance('Messages')->trash('Messages', $mail);
        $this->checkGone('Messages', $mail);
        $this->audit('delete', 'Messages', $mail);
    }

    public function removeDocument(int $mail, int $document): void
    {
        global $table_prefix;
        \CRMEntity::getInstance('Messages')->unlinkRelationship($mail, 'Documents', $document);
        $this->change("DELETE FROM {$table_prefix}_messages_attach WHERE messagesid = ? AND document = ?", [$mail, $document]);
        \CRMEntity::getInstance('Documents')->trash('Documents', $document);
        $this->checkGone('Documents', $document);
        $this->audit('delete', 'Documents', $document);
    }

    public function fill(int $mail, ?string $html, ?string $date, string $mark): void
    {
        global $table_prefix;
        if ($html !== null) {
            // Saving the record anew would give it another hash where its subject was cut, and its relations would be gone.
            $focus = \CRMEntity::getInstance('Messages');
            $focus->id = $mail;
            $pictures = new Pictures($html);
            $clean = $focus->magicHTML(str_replace('&amp;', '&', $pictures->html), 0, ['other' => $focus->getAttachmentsInfo()]);
            $focus->saveCleanedBody($mail, $pictures->back((string) $clean['html']), $clean['content_ids']);
        }
        if ($date !== null) {
            $this->change("UPDATE {$table_prefix}_messages SET mdate = ?, xmailer = ? WHERE messagesid = ?", [$date, $mark, $mail]);
        }
        $this->change("UPDATE {$table_prefix}_messages SET modifiedtime = ? WHERE messagesid = ?", [date('Y-m-d H:i:s'), $mail]);
        $this->audit('revise', 'Messages', $mail);
    }

    /** Nothing is told as gone that stands. */
    private function checkGone(string $module, int $number): void
    {
        if ($this->module($number) !== '') {
            throw new \RuntimeException("The CRM did not remove a record of $module.");
        }
    }

    private static function checkUnrelated(array $records, int $number): void
    {
        if (isset($records[$number])) {
            throw new \RuntimeException('The CRM did not remove a relation.');
        }
    }

    /** Put large pictures back into the body that the CRM has cleaned. */
    private function putBack(int $mail, Pictures $pictures): void
    {
        global $table_prefix;
        if ($pictures->any()) {
            $rows = $this->rows("SELECT cleaned_body FROM {$table_prefix}_messages WHERE messagesid = ?", [$mail]);
            $body = $pictures->back((string) ($rows[0]['cleaned_body'] ?? ''));
            $this->change("UPDATE {$table_prefix}_messages SET cleaned_body = ? WHERE messagesid = ?", [$body, $mail]);
        }
    }

    /** Store a Document that hangs on a mail. The file, if any, is taken from $_FILES by the CRM. */
    private function document(int $mail, string $name, array $values): int
    {
        global $table_prefix;
        $folder = $this->rows("SELECT folderid FROM {$table_prefix}_crmentityfolder WHERE foldername = ?", [self::FOLDER]);
        $focus = \CRMEntity::getInstance('Documents');
        $values += ['notes_title' => $name, 'folderid' => (int) ($folder[0]['folderid'] ?? 1), 'filestatus' => 1, 'assigned_user_id' => $this->user];
        foreach ($values as $field => $value) {
            $focus->column_fields[$field] = $value;
        }
        $focus->parentid = $mail;
        if (method_exists($focus, 'autoSetBUMC')) {
            $focus->autoSetBUMC('Documents', $this->user);
        }
        $this->save($focus, 'Documents');
        return (int) $focus->id;
    }

    /** Make a Document an attachment of a mail, as those that came with it, and related in both directions. */
    private function cameWith(int $mail, int $document, array $file): void
    {
        global $table_prefix;
        $rows = $this->rows("SELECT MAX(contentid) AS last FROM {$table_prefix}_messages_attach WHERE messagesid = ?", [$mail]);
        $next = isset($rows[0]['last']) ? (int) $rows[0]['last'] + 1 : 0;
        $insert = "INSERT INTO {$table_prefix}_messages_attach"
            . ' (messagesid, contentid, contentname, contenttype, contentdisposition, document, size) VALUES (?, ?, ?, ?, ?, ?, ?)';
        $this->change($insert, [$mail, $next, $file['name'], $file['type'], 'external attachment', $document, $file['size']]);
        \CRMEntity::getInstance('Messages')->save_related_module('Messages', $mail, 'Documents', [$document], true);
    }

    private function hasFile(int $document): bool
    {
        global $table_prefix;
        return $this->rows("SELECT attachmentsid FROM {$table_prefix}_seattachmentsrel WHERE crmid = ?", [$document]) !== [];
    }

    /** Whether a module has a related list of another. */
    private function takes(string $module, string $related): bool
    {
        global $table_prefix;
        if (!isset($this->takes[$related])) {
            $query = "SELECT DISTINCT t.name FROM {$table_prefix}_relatedlists r INNER JOIN {$table_prefix}_tab t ON t.tabid = r.tabid"
                . ' WHERE r.related_tabid = ?';
            $this->takes[$related] = array_column($this->rows($query, [getTabid($related)]), 'name', 'name');
        }
        return isset($this->takes[$related][$module]);
    }

    /** Appointments and tasks are of one kind to the database and of two to the web services. */
    private function kind(string $type, int $number): string
    {
        global $table_prefix;
        if ($type !== 'Calendar') {
            return $type;
        }
        $rows = $this->rows("SELECT activitytype FROM {$table_prefix}_activity WHERE activityid = ?", [$number]);
        return ($rows[0]['activitytype'] ?? 'Task') === 'Task' ? 'Calendar' : 'Events';
    }

    private function byNumber(array $rows): array
    {
        $found = [];
        foreach ($rows as $row) {
            $found[(int) $row['crmid']] = $this->kind((string) $row['setype'], (int) $row['crmid']);
        }
        return $found;
    }
}
