<?php

namespace MailConnector\Crm;

use MailConnector\LogStore;
use MailConnector\SecurityLog;

/** The security log's table in the CRM's database. */
final class LogDatabase implements LogStore
{
    use Rows;

    private string $table;

    public function __construct()
    {
        global $table_prefix;
        $this->table = $table_prefix . '_mailconnector_log';
    }

    public function add(array $entry): void
    {
        $insert = "INSERT INTO $this->table (logid, noted_at, event, userid, byid, address, detail) VALUES (?, ?, ?, ?, ?, ?, ?)";
        $values = [$entry['at'], $entry['event'], $entry['user'], $entry['by'], $entry['address'], $entry['detail']];
        $this->change($insert, array_merge([$this->nextNumber($this->table)], $values));
    }

    public function has(array $entry, int $after): bool
    {
        $query = "SELECT logid FROM $this->table WHERE noted_at > ? AND event = ? AND userid = ? AND byid = ? AND address = ? AND detail = ?";
        return $this->rows($query, [$after, $entry['event'], $entry['user'], $entry['by'], $entry['address'], $entry['detail']], 1) !== [];
    }

    public function newest(int $most): array
    {
        $query = "SELECT noted_at, event, userid, byid, address, detail FROM $this->table ORDER BY logid DESC";
        return array_map(static fn (array $row): array => [
            'at' => (int) $row['noted_at'], 'event' => (string) $row['event'], 'user' => (int) $row['userid'], 'by' => (int) $row['byid'],
            'address' => (string) $row['address'], 'detail' => (string) $row['detail'],
        ], $this->rows($query, [], $most));
    }

    public function tidy(int $before, int $most): void
    {
        $this->change("DELETE FROM $this->table WHERE noted_at < ?", [$before]);
        $kinds = ['event = ?' => [SecurityLog::REFUSED], 'event IN (?)' => [SecurityLog::DENIED], 'event NOT IN (?, ?)' => [SecurityLog::REFUSED, SecurityLog::DENIED]];
        foreach ($kinds as $condition => $events) {
            $rows = $this->rows("SELECT logid FROM $this->table WHERE $condition ORDER BY logid DESC", $events, $most + 1);
            if (count($rows) > $most) {
                $this->change("DELETE FROM $this->table WHERE $condition AND logid <= ?", array_merge($events, [end($rows)['logid']]));
            }
        }
    }
}
