<?php

namespace MailConnector\Crm;

use MailConnector\Secret;

/** The CRM's users. */
final class Accounts implements \MailConnector\Accounts
{
    private const COLUMNS = 'id, user_name, first_name, last_name, status, deleted, default_language, user_timezone, user_password, accesskey';

    public function byId(int $id): ?array
    {
        return $this->one('id = ?', $id);
    }

    public function byName(string $name): ?array
    {
        return $this->one('user_name = ?', $name);
    }

    public function check(string $name, string $password): string
    {
        $user = \CRMEntity::getInstance('Users');
        $user->column_fields['user_name'] = $name;
        if ($user->doLogin($password)) {
            return 'right';
        }
        $open = true;
        $user->checkTrackingLogin($open);
        if (!$open) {
            return 'locked';
        }
        $row = $this->row('user_name = ?', $name);
        if ($row === null || $row['status'] === 'Active') {
            return 'wrong';
        }
        // Only who knows the password is told that the user is inactive.
        $given = (string) $user->encrypt_password($password);
        return $given !== '' && hash_equals((string) $row['user_password'], $given) ? 'inactive' : 'wrong';
    }

    /** @param int|string $value */
    private function one(string $condition, $value): ?array
    {
        $row = $this->row($condition, $value);
        return $row === null ? null : [
            'id' => (int) $row['id'],
            'name' => (string) $row['user_name'],
            'full_name' => trim($row['first_name'] . ' ' . $row['last_name']),
            'language' => (string) $row['default_language'],
            'time_zone' => (string) $row['user_timezone'],
            'active' => $row['status'] === 'Active' && !$row['deleted'],
            'password_mark' => Secret::hash("password\n{$row['id']}\n{$row['user_password']}"),
            'key_mark' => Secret::hash("key\n{$row['id']}\n{$row['accesskey']}"),
        ];
    }

    /** @param int|string $value */
    private function row(string $condition, $value): ?array
    {
        global $adb, $table_prefix;
        $columns = self::COLUMNS;
        $result = $adb->pquery("SELECT $columns FROM {$table_prefix}_users WHERE $condition", [$value]);
        if (!$result) {
            throw new \RuntimeException('The database did not answer.');
        }
        return $adb->fetchByAssoc($result, -1, false) ?: null;
    }
}
