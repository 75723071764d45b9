<?php

namespace MailConnector\Crm;

use MailConnector\MailLinks;

/** The mails that the CRM holds, over all users. */
final class Messages implements MailLinks
{
    private const MOST = 50;

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
