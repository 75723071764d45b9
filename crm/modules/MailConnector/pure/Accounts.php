<?php

namespace MailConnector;

/**
 * The users of the CRM. An account: id (number), name, full_name, language, time_zone, active, password_mark, key_mark
 * (hashes that change with the password and with the access key).
 */
interface Accounts
{
    public function byId(int $id): ?array;

    public function byName(string $name): ?array;

    /** Check a password as the CRM's own login page does, counting failures: right, wrong, locked or inactive. */
    public function check(string $name, string $password): string;
}
