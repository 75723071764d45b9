<?php

namespace MailConnector\Crm;

use MailConnector\Store;

/** The component's tables in the CRM's database. */
final class Database implements Store
{
    use Locks;
    use Rows;

    private const DAY = 86400;

    /** Column by key of a device. */
    private const DEVICE = [
        'id' => 'deviceid', 'user' => 'userid', 'name' => 'device_name', 'token' => 'token_hash', 'created' => 'created_at',
        'expires' => 'expires_at', 'ends' => 'ends_at', 'lifetime' => 'lifetime', 'password_mark' => 'password_mark',
        'key_mark' => 'key_mark', 'old_token' => 'old_hash', 'old_until' => 'old_until', 'code' => 'code_hash',
        'revoked' => 'revoked', 'opened' => 'opened_at', 'used' => 'used_at', 'address_mark' => 'address_mark',
        'seed' => 'seed',
    ];
    private const GRANT = [
        'code' => 'code_hash', 'user' => 'userid', 'redirect' => 'redirect_uri', 'challenge' => 'challenge',
        'device' => 'device_name', 'stay' => 'stay', 'expires' => 'expires_at',
    ];
    private const CHALLENGE = [
        'user' => 'userid', 'code' => 'code_hash', 'channel' => 'channel', 'sent' => 'sent_at', 'expires' => 'expires_at',
        'remaining' => 'remaining', 'wrong' => 'wrong', 'wrong_since' => 'wrong_since', 'sendings' => 'sendings',
        'sendings_since' => 'sendings_since',
    ];

    private string $prefix;

    public function __construct()
    {
        global $table_prefix;
        $this->prefix = $table_prefix . '_mailconnector_';
    }

    public function setting(string $name): string
    {
        $rows = $this->rows("SELECT content FROM {$this->prefix}settings WHERE name = ?", [$name]);
        return (string) ($rows[0]['content'] ?? '');
    }

    public function setSetting(string $name, string $value): void
    {
        $this->put('settings', ['name' => 'name', 'content' => 'content'], ['name' => $name, 'content' => $value], 'name');
    }

    public function addDevice(array $device): int
    {
        $device['id'] = $this->nextNumber("{$this->prefix}devices");
        $this->insert('devices', self::DEVICE, $device);
        return $device['id'];
    }

    public function deviceByToken(string $hash): ?array
    {
        $select = "SELECT * FROM {$this->prefix}devices WHERE";
        $rows = $this->rows("$select token_hash = ?", [$hash])
            ?: $this->rows("$select old_hash = ?", [$hash])
            ?: $this->rows("$select deviceid IN (SELECT deviceid FROM {$this->prefix}spent WHERE token_hash = ?)", [$hash]);
        return $rows === [] ? null : self::keyed(self::DEVICE, $rows[0]);
    }

    public function changeDevice(int $id, array $changes): void
    {
        $this->update('devices', self::DEVICE, $changes, 'deviceid = ?', [$id]);
    }

    public function renewDevice(int $id, string $token, array $changes): void
    {
        $won = $this->update('devices', self::DEVICE, $changes, 'deviceid = ? AND token_hash = ? AND revoked = 0', [$id, $token]) === 1;
        if ($won) {
            $this->change("INSERT INTO {$this->prefix}spent (token_hash, deviceid) VALUES (?, ?)", [$token, $id]);
        }
    }

    public function revoke(int $id): void
    {
        $this->changeDevice($id, ['revoked' => 1]);
    }

    public function liveDevices(int $now): array
    {
        $query = "SELECT * FROM {$this->prefix}devices WHERE revoked = 0 AND expires_at > ? ORDER BY deviceid";
        return array_map(static fn (array $row): array => self::keyed(self::DEVICE, $row), $this->rows($query, [$now]));
    }

    public function revokeByCode(string $codeHash): void
    {
        // In this order: who is just taking the code either sees this, or is seen by what comes next.
        $this->change("UPDATE {$this->prefix}codes SET used = 2 WHERE code_hash = ?", [$codeHash]);
        $this->change("UPDATE {$this->prefix}devices SET revoked = 1 WHERE code_hash = ?", [$codeHash]);
    }

    public function cameAgain(string $codeHash): bool
    {
        return $this->rows("SELECT used FROM {$this->prefix}codes WHERE code_hash = ? AND used = 2", [$codeHash]) !== [];
    }

    public function addGrant(array $grant): void
    {
        $this->insert('codes', self::GRANT + ['used' => 'used'], $grant + ['used' => 0]);
    }

    public function spendGrant(string $codeHash, bool &$spent): ?array
    {
        // The condition lets exactly one request win, however many come at the same time.
        $update = "UPDATE {$this->prefix}codes SET used = 1 WHERE code_hash = ? AND used = 0";
        $won = $this->change($update, [$codeHash]) === 1;
        $rows = $this->rows("SELECT * FROM {$this->prefix}codes WHERE code_hash = ?", [$codeHash]);
        $spent = !$won && $rows !== [];
        return $won && $rows !== [] ? self::keyed(self::GRANT, $rows[0]) : null;
    }

    public function challenge(int $user): ?array
    {
        $rows = $this->rows("SELECT * FROM {$this->prefix}challenges WHERE userid = ?", [$user]);
        return $rows === [] ? null : self::keyed(self::CHALLENGE, $rows[0]);
    }

    public function setChallenge(int $user, array $challenge): void
    {
        $this->put('challenges', self::CHALLENGE, ['user' => $user] + $challenge, 'user');
    }

    public function takeChallenge(int $user, string $codeHash): bool
    {
        return $this->change("DELETE FROM {$this->prefix}challenges WHERE userid = ? AND code_hash = ?", [$user, $codeHash]) === 1;
    }

    public function countAttempt(int $user, int $now): ?array
    {
        $set = "UPDATE {$this->prefix}challenges SET remaining = remaining - 1, wrong = wrong + 1";
        $counted = $this->change("$set WHERE userid = ? AND remaining > 0 AND expires_at > ?", [$user, $now]) === 1;
        return $counted ? $this->challenge($user) : null;
    }

    public function addFailure(string $address, string $nameMark, int $time): int
    {
        $number = $this->nextNumber("{$this->prefix}failures");
        $insert = "INSERT INTO {$this->prefix}failures (failureid, address, name_mark, failed_at) VALUES (?, ?, ?, ?)";
        $this->change($insert, [$number, $address, $nameMark, $time]);
        return $number;
    }

    public function forgetFailure(int $number): void
    {
        $this->change("DELETE FROM {$this->prefix}failures WHERE failureid = ?", [$number]);
    }

    public function forgetFailuresOf(string $nameMark): void
    {
        $this->change("DELETE FROM {$this->prefix}failures WHERE name_mark = ?", [$nameMark]);
    }

    public function failuresAt(string $address, int $after, int $before): array
    {
        $query = "SELECT failed_at FROM {$this->prefix}failures WHERE address = ? AND failed_at > ? AND failureid < ? ORDER BY failed_at";
        return array_map('intval', array_column($this->rows($query, [$address, $after, $before]), 'failed_at'));
    }

    public function failuresOf(string $nameMark, ?string $address, int $after, int $before): array
    {
        $query = "SELECT failed_at, address FROM {$this->prefix}failures WHERE name_mark = ? AND failed_at > ? AND failureid < ? ORDER BY failed_at";
        $rows = $this->rows($query, [$nameMark, $after, $before]);
        $there = array_filter($rows, static fn (array $row): bool => $address === null || $row['address'] === $address);
        return array_map('intval', array_column($there, 'failed_at'));
    }

    public function wasSignedIn(int $user, string $addressMark): bool
    {
        $query = "SELECT deviceid FROM {$this->prefix}devices WHERE userid = ? AND address_mark = ? AND revoked = 0";
        return $this->rows($query, [$user, $addressMark]) !== [];
    }

    public function oneAtATime(string $name, callable $work)
    {
        return self::locked($name, $work);
    }

    public function noteLink(int $source, int $record, int $user, int $time, int $place = 0): void
    {
        $known = "SELECT place FROM {$this->prefix}links WHERE sourceid = ? AND recordid = ?";
        $before = $this->rows($known, [$source, $record]);
        if ($before !== [] && ((int) $before[0]['place'] !== self::WANTED || $place === self::WANTED)) {
            return;
        }
        if ($before !== []) {
            $this->forgetLinks($source, $record);
        }
        try {
            $insert = "INSERT INTO {$this->prefix}links (sourceid, recordid, userid, place, made_at) VALUES (?, ?, ?, ?, ?)";
            $this->change($insert, [$source, $record, $user, $place, $time]);
        } catch (\RuntimeException $error) {
            if ($this->rows($known, [$source, $record]) === []) {
                throw $error;
            }
        }
    }

    public function links(array $sources): array
    {
        if ($sources === []) {
            return [];
        }
        $marks = implode(', ', array_fill(0, count($sources), '?'));
        $query = "SELECT sourceid, recordid, userid, place FROM {$this->prefix}links WHERE sourceid IN ($marks) AND place >= 0 ORDER BY recordid";
        return array_map(static fn (array $row): array => [
            'source' => (int) $row['sourceid'], 'record' => (int) $row['recordid'], 'user' => (int) $row['userid'], 'place' => (int) $row['place'],
        ], $this->rows($query, array_values($sources)));
    }

    public function isWanted(array $sources, int $record): bool
    {
        $marks = implode(', ', array_fill(0, count($sources), '?'));
        $query = "SELECT sourceid FROM {$this->prefix}links WHERE recordid = ? AND sourceid IN ($marks)";
        return $sources !== [] && $this->rows($query, [$record, ...array_values($sources)]) !== [];
    }

    public function handOver(array $sources, int $record): void
    {
        $marks = implode(', ', array_fill(0, count($sources), '?'));
        $update = "UPDATE {$this->prefix}links SET place = 0 WHERE recordid = ? AND place = ? AND sourceid IN ($marks)";
        $sources === [] || $this->change($update, [$record, self::WANTED, ...array_values($sources)]);
    }

    public function forgetLinks(int $source, ?int $record = null): void
    {
        $delete = "DELETE FROM {$this->prefix}links WHERE sourceid = ?";
        $record === null ? $this->change($delete, [$source]) : $this->change("$delete AND recordid = ?", [$source, $record]);
    }

    public function noteMade(string $mark, int $record, int $time): void
    {
        $columns = ['mark' => 'mark', 'record' => 'recordid', 'time' => 'made_at'];
        $this->put('made', $columns, ['mark' => $mark, 'record' => $record, 'time' => $time], 'mark');
    }

    public function made(string $mark, int $since): int
    {
        $rows = $this->rows("SELECT recordid FROM {$this->prefix}made WHERE mark = ? AND made_at >= ?", [$mark, $since]);
        return (int) ($rows[0]['recordid'] ?? 0);
    }

    public function tidy(int $now): void
    {
        $old = $now - self::DAY;
        $this->change("DELETE FROM {$this->prefix}failures WHERE failed_at < ?", [$old]);
        $this->change("DELETE FROM {$this->prefix}codes WHERE expires_at < ?", [$old]);
        $this->change("DELETE FROM {$this->prefix}challenges WHERE expires_at < ?", [$old]);
        $this->change("DELETE FROM {$this->prefix}made WHERE made_at < ?", [$old]);
        $this->change("DELETE FROM {$this->prefix}devices WHERE expires_at < ?", [$now - 30 * self::DAY]);
        $this->change("DELETE FROM {$this->prefix}spent WHERE deviceid NOT IN (SELECT deviceid FROM {$this->prefix}devices)", []);
    }

    private function insert(string $table, array $columns, array $values): void
    {
        $columns = array_intersect_key($columns, $values);
        $marks = implode(', ', array_fill(0, count($columns), '?'));
        $names = implode(', ', $columns);
        $ordered = array_map(static fn (string $key) => $values[$key], array_keys($columns));
        $this->change("INSERT INTO {$this->prefix}$table ($names) VALUES ($marks)", $ordered);
    }

    private function update(string $table, array $columns, array $values, string $condition, array $given): int
    {
        $columns = array_intersect_key($columns, $values);
        $set = implode(', ', array_map(static fn (string $column): string => "$column = ?", $columns));
        $ordered = array_map(static fn (string $key) => $values[$key], array_keys($columns));
        return $this->change("UPDATE {$this->prefix}$table SET $set WHERE $condition", array_merge($ordered, $given));
    }

    /** Set a row that may be there: at no time there is none where there was one, and of two who add it both succeed. */
    private function put(string $table, array $columns, array $values, string $key): void
    {
        $condition = "$columns[$key] = ?";
        $isThere = fn (): bool => $this->rows("SELECT $columns[$key] FROM {$this->prefix}$table WHERE $condition", [$values[$key]]) !== [];
        if (!$isThere()) {
            try {
                $this->insert($table, $columns, $values);
                return;
            } catch (\RuntimeException $error) {
                if (!$isThere()) {
                    throw $error;
                }
            }
        }
        $this->update($table, $columns, $values, $condition, [$values[$key]]);
    }

    /** A row by the component's own keys; numbers as numbers. */
    private static function keyed(array $columns, array $row): array
    {
        $texts = ['name', 'token', 'password_mark', 'key_mark', 'old_token', 'code', 'redirect', 'challenge', 'device', 'channel', 'address_mark', 'seed'];
        $keyed = [];
        foreach ($columns as $key => $column) {
            $value = $row[$column] ?? '';
            $keyed[$key] = in_array($key, $texts, true) ? (string) $value : (int) $value;
        }
        return $keyed;
    }
}
