<?php

namespace MailConnector\Crm;

use MailConnector\MailLinks;

/** The mails that the CRM holds, and the records in whose Messages relationship they are. */
final class Messages implements MailLinks
{
    private const MOST = 50;

    /** @var array|null */
    private $modules;

    public function takesMails(string $module): bool
    {
        global $adb, $table_prefix;
        if ($this->modules === null) {
            $query = "SELECT t.name FROM {$table_prefix}_relatedlists r INNER JOIN {$table_prefix}_tab t ON t.tabid = r.tabid"
                . ' WHERE r.related_tabid = ?';
            $this->modules = array_fill_keys(array_column(self::rows($adb->pquery($query, [getTabid('Messages')])), 'name'), true);
        }
        return isset($this->modules[$module]);
    }

    public function copies(string $messageId): array
    {
        global $adb, $table_prefix;
        $query = "SELECT * FROM {$table_prefix}_messages WHERE messageid = ? AND deleted = 0 ORDER BY messagesid";
        $found = [];
        foreach (self::rows($adb->limitpQuery($query, 0, self::MOST, [$messageId])) as $row) {
            // The database compares without case; a Message-ID does not.
            if ($row['messageid'] === $messageId && (string) $row['messagehash'] !== '') {
                $found[] = [
                    'hash' => (string) $row['messagehash'],
                    'owner' => (int) $row['smownerid'],
                    'by' => $this->person((int) $row['smownerid']),
                    'created' => $this->seconds((string) ($row['createdtime'] ?? $row['mdate'] ?? '')),
                    'id' => (string) vtws_getWebserviceEntityId('Messages', $row['messagesid']),
                ];
            }
        }
        return $found;
    }

    public function records(string $hash, int $user): array
    {
        global $adb, $table_prefix, $current_user;
        $current_user = \CRMEntity::getInstance('Users');
        $current_user->retrieveCurrentUserInfoFromFile($user);
        $query = "SELECT crmid FROM {$table_prefix}_messagesrel WHERE messagehash = ? ORDER BY crmid";
        $found = [];
        foreach (self::rows($adb->limitpQuery($query, 0, self::MOST, [$hash])) as $row) {
            $module = getSalesEntityType($row['crmid']);
            $seen = $module && vtlib_isModuleActive($module) && isPermitted($module, 'DetailView', $row['crmid']) === 'yes';
            if ($seen) {
                $found[] = [
                    'id' => (string) vtws_getWebserviceEntityId($module, $row['crmid']),
                    'module' => (string) $module,
                    'name' => $this->name((string) $module, (int) $row['crmid']),
                ];
            }
        }
        return $found;
    }

    public function documents(int $message): array
    {
        global $adb, $table_prefix;
        $query = "SELECT document FROM {$table_prefix}_messages_attach WHERE messagesid = ?";
        $found = [];
        foreach (self::rows($adb->pquery($query, [$message])) as $row) {
            // An attachment that was not kept as a Document has none.
            if ((int) $row['document'] > 0) {
                $found[(int) $row['document']] = (string) vtws_getWebserviceEntityId('Documents', (int) $row['document']);
            }
        }
        ksort($found);
        return array_values($found);
    }

    /** What a record is called: a person's first name first, as the record says it; getEntityName says "Smith Mary". */
    private function name(string $module, int $number): string
    {
        if (array_diff(['firstname', 'lastname'], array_map('trim', vtws_getEntityNameFields($module))) === []) {
            $record = \CRMEntity::getInstance($module);
            if (!$record->retrieve_entity_info_no_html($number, $module, false)) {
                $parts = [$record->column_fields['firstname'] ?? '', $record->column_fields['lastname'] ?? ''];
                $name = implode(' ', array_filter(array_map('trim', $parts), 'strlen'));
            }
        }
        return $name ?? html_entity_decode((string) getEntityName($module, $number, true), ENT_QUOTES, 'UTF-8');
    }

    /** The rows of a result. A query that failed is an error: it has not told that there is nothing. */
    private static function rows($result): array
    {
        global $adb;
        if (!$result) {
            throw new \RuntimeException('The database did not answer.');
        }
        $rows = [];
        while ($row = $adb->fetchByAssoc($result, -1, false)) {
            $rows[] = $row;
        }
        return $rows;
    }

    private function person(int $number): string
    {
        $account = (new Accounts())->byId($number);
        return $account === null ? '' : $account['full_name'];
    }

    /** Unix seconds of a time of the database, which is the server's own. */
    private function seconds(string $time): int
    {
        $zone = new \DateTimeZone((new Site())->timeZone());
        $read = \DateTimeImmutable::createFromFormat('Y-m-d H:i:s', substr($time, 0, 19), $zone);
        return $read === false ? 0 : $read->getTimestamp();
    }
}
