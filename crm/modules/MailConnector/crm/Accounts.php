<?php

namespace MailConnector\Crm;

use MailConnector\Secret;

/** The CRM's users. */
final class Accounts implements \MailConnector\Accounts
{
    use Rows;

    private const COLUMNS = 'id, user_name, first_name, last_name, status, deleted, default_language, user_timezone, user_password, accesskey, use_ldap';
    /** A password hash as the CRM makes them, of nobody. */
    private const NOBODY = '$1$no000000$Cw0gZnVxJ0Vt6hQb0Wg2T/';
    private const NO_DATES = ['', '0000-00-00 00:00:00', '1970-01-01 01:00:00'];

    public function byId(int $id): ?array
    {
        global $table_prefix;
        $columns = self::COLUMNS;
        return self::told($this->rows("SELECT $columns FROM {$table_prefix}_users WHERE id = ?", [$id])[0] ?? null);
    }

    public function byName(string $name): ?array
    {
        return self::told(self::named($this->likeNamed($name), $name));
    }

    public function check(string $name, string $password): string
    {
        $rows = $this->likeNamed($name);
        $row = self::named($rows, $name);
        $user = \CRMEntity::getInstance('Users');
        $user->column_fields['user_name'] = $name;
        // The CRM counts by an address that the caller can choose. The component counts itself.
        $user->enable_login_protection = false;
        // The same work for every name, so that the time does not tell which there are.
        $isRight = (bool) $user->doLogin($password);
        $isOfRow = password_verify($password, (string) ($row['user_password'] ?? self::NOBODY));
        if ($row === null) {
            return 'wrong';
        }
        // Where there are others of this name, deleted ones, the password may be one of theirs.
        if ($isRight && ($isOfRow || count($rows) === 1 || (int) $row['use_ldap'] === 1)) {
            return $this->isTakenByThePage($user, $row, $password) ? 'right' : 'page';
        }
        // Only who knows the password is told that the user is inactive.
        return $isOfRow && $row['status'] !== 'Active' ? 'inactive' : 'wrong';
    }

    public function noteSignIn(int $id): void
    {
        $user = \CRMEntity::getInstance('Users');
        if (method_exists($user, 'saveLastLoginDate')) {
            $user->saveLastLoginDate($id);
        }
    }

    /**
     * Whether the CRM's own page would let this password in: by its rules for passwords, and by its age, of which there is
     * none for whoever never changed it. Who was away too long is blocked by the page for the same age only.
     */
    private function isTakenByThePage(object $user, array $row, string $password): bool
    {
        if ((int) $row['use_ldap'] === 1) {
            return true;
        }
        if (method_exists($user, 'checkPasswordCriteria') && !$user->checkPasswordCriteria($password, $row)) {
            return false;
        }
        $months = (int) ($user->time_to_change_password ?? 0);
        // This table of the CRM's has the same name whatever the prefix.
        $dates = $this->rows('SELECT last_change_pwd FROM vte_check_pwd WHERE userid = ?', [$row['id']]);
        if ($months === 0 || $dates === []) {
            return true;
        }
        $changed = (string) $dates[0]['last_change_pwd'];
        return !in_array($changed, self::NO_DATES, true) && time() <= strtotime("$changed + $months months");
    }

    /** The rows of the users whose names are the same to the database, which compares without case and accents. */
    private function likeNamed(string $name): array
    {
        global $table_prefix;
        $columns = self::COLUMNS;
        return $this->rows("SELECT $columns FROM {$table_prefix}_users WHERE user_name = ?", [$name]);
    }

    /** The row of the one user with exactly this name who is not deleted. */
    private static function named(array $rows, string $name): ?array
    {
        $exact = array_filter($rows, static fn (array $row): bool => $row['user_name'] === $name && !$row['deleted']);
        return count($exact) === 1 ? array_values($exact)[0] : null;
    }

    private static function told(?array $row): ?array
    {
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
}
