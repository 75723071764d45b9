<?php

namespace MailConnector;

/**
 * The users of the CRM. An account: id (number), name, full_name, language, time_zone, active, password_mark, key_mark
 * (hashes that change with the password and with the access key).
 */
interface Accounts
{
    public function byId(int $id): ?array;

    /** The user with exactly this name, who is not deleted; null where there is none, or more than one. */
    public function byName(string $name): ?array;

    /**
     * Check a password as the CRM's own login page does, without counting failures: right, wrong, inactive, or page: it is right,
     * but the CRM's page would not let it in as it is. But for wrong, each takes the right password.
     */
    public function check(string $name, string $password): string;

    /** Note that a user has signed in with the password, as the CRM's own page does. */
    public function noteSignIn(int $id): void;
}
