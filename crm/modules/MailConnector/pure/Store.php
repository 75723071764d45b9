<?php

namespace MailConnector;

/**
 * Where the component keeps what it has to remember. Times are Unix seconds.
 *
 * A device: id, user (number), name, token (hash), created (the token), expires, ends, lifetime (seconds), password_mark, key_mark,
 * old_token (hash), old_until, code (hash of the code that it came from), revoked (0 or 1), opened (the sign-in), used (about), address_mark, seed (of
 * the token).
 * A grant: code (hash), user, redirect, challenge, device, stay (0 or 1), expires.
 * A challenge: user, code (hash), channel, sent, expires, remaining, wrong and wrong_since, sendings and sendings_since.
 * What can't be written is a RuntimeException, never unnoticed.
 */
interface Store
{
    /** A setting; empty when it was never set. */
    public function setting(string $name): string;

    public function setSetting(string $name, string $value): void;

    /** Add a device; returns its id. */
    public function addDevice(array $device): int;

    /** The device that has or had this token, a revoked or expired one too. */
    public function deviceByToken(string $hash): ?array;

    public function changeDevice(int $id, array $changes): void;

    /** Change a device whose token is still this one, and remember that it was its; of several at the same time one wins. */
    public function renewDevice(int $id, string $token, array $changes): void;

    public function revoke(int $id): void;

    /** The devices that are neither revoked nor expired, oldest first. */
    public function liveDevices(int $now): array;

    /** Revoke the devices that came from this code, and remember that it came again. */
    public function revokeByCode(string $codeHash): void;

    /** Whether a code came again after it was taken. */
    public function cameAgain(string $codeHash): bool;

    public function addGrant(array $grant): void;

    /** Take a grant: the first who asks gets it, everybody else null. $spent tells that it had been there. */
    public function spendGrant(string $codeHash, bool &$spent): ?array;

    public function challenge(int $user): ?array;

    public function setChallenge(int $user, array $challenge): void;

    /** Forget a challenge that has this code; only the first who asks is told true. */
    public function takeChallenge(int $user, string $codeHash): bool;

    /**
     * Count an attempt as wrong, at once, so that parallel attempts all count; returns the challenge, null where none is open to
     * attempts at this time.
     */
    public function countAttempt(int $user, int $now): ?array;

    /** Add a failed sign-in: where from, and the mark of the user name; returns its number, which is higher than those before. */
    public function addFailure(string $address, string $nameMark, int $time): int;

    public function forgetFailure(int $number): void;

    public function forgetFailuresOf(string $nameMark): void;

    /** The times of an address' failures after a time and before a number, oldest first. */
    public function failuresAt(string $address, int $after, int $before): array;

    /** The same of a user name, at one address or at all. */
    public function failuresOf(string $nameMark, ?string $address, int $after, int $before): array;

    /** Whether a user has signed in from this address and not been revoked there since. */
    public function wasSignedIn(int $user, string $addressMark): bool;

    /**
     * Note that a link of this user stored a mail or Document (record 0, with the file's place), or related it to a record.
     * What is noted already stays as it is, but for what was only wanted.
     */
    public function noteLink(int $source, int $record, int $user, int $time, int $place = 0): void;

    /** The place of a relation that a link wanted and that stood already: it is not that link's, and it may need it. */
    public const WANTED = -1;

    /** What was noted of these mails and Documents, but what was only wanted. Each: source, record, user, place. */
    public function links(array $sources): array;

    /** Whether a link has made or wanted the relation of one of these mails to a record. */
    public function isWanted(array $sources, int $record): bool;

    /** Make a relation of these mails that was only wanted their links' own: what has made it is taken back. */
    public function handOver(array $sources, int $record): void;

    /** Forget what was noted of a source, or of its relation to one record. */
    public function forgetLinks(int $source, ?int $record = null): void;

    /** Remember which record was made of values that have this mark. */
    public function noteMade(string $mark, int $record, int $time): void;

    /** The record that was made of them, at this time or later; 0 for none. */
    public function made(string $mark, int $since): int;

    /** Do work while nobody else does work of this name, where the database can say so. @return mixed what the work returns */
    public function oneAtATime(string $name, callable $work);

    /** Forget what is of no use any more. */
    public function tidy(int $now): void;
}
