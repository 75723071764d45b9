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
            $result = $adb->pquery($query, [getTabid('Messages')]);
            $this->modules = [];
            while ($result && ($row = $adb->fetchByAssoc($result, -1, false))) {
                $this->modules[$row['name']] = true;
            }
        }
        return isset($this->modules[$module]);
    }

    public function copies(string $messageId): array
    {
        global $adb, $table_prefix;
        $query = "SELECT * FROM {$table_prefix}_messages WHERE messageid = ? AND deleted = 0 ORDER BY messagesid";
        $result = $adb->limitpQuery($query, 0, self::MOST, [$messageId]);
        $found = [];
        while ($result && ($row = $adb->fetchByAssoc($result, -1, false))) {
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
        $result = $adb->limitpQuery($query, 0, self::MOST, [$hash]);
        $found = [];
        while ($result && ($row = $adb->fetchByAssoc($result, -1, false))) {
            $module = getSalesEntityType($row['crmid']);
            $seen = $module && vtlib_isModuleActive($module) && isPermitted($module, 'DetailView', $row['crmid']) === 'yes';
            if ($seen) {
                $found[] = [
                    'id' => (string) vtws_getWebserviceEntityId($module, $row['crmid']),
                    'module' => (string) $module,
                    'name' => html_entity_decode((string) getEntityName($module, $row['crmid'], true), ENT_QUOTES, 'UTF-8'),
                ];
            }
        }
        return $found;
    }

    public function documents(int $message): array
    {
        global $adb, $table_prefix;
        $query = "SELECT document FROM {$table_prefix}_messages_attach WHERE messagesid = ?";
        $result = $adb->pquery($query, [$message]);
        $found = [];
        while ($result && ($row = $adb->fetchByAssoc($result, -1, false))) {
            // An attachment that was not kept as a Document has none.
            if ((int) $row['document'] > 0) {
                $found[(int) $row['document']] = (string) vtws_getWebserviceEntityId('Documents', (int) $row['document']);
            }
        }
        ksort($found);
        return array_values($found);
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
