<?php

namespace MailConnector;

/**
 * The CRM as one user works in it: mails, their Documents, and the records that they hang on.
 *
 * Numbers are record numbers. Nothing here takes a name of a field, a query or an owner: whose mails they are is settled
 * by `enter`. Who may do what is asked with `may` and `maySee` before.
 */
interface Mails
{
    /** Work as this user from here on. */
    public function enter(int $user): void;

    /** Whether the user's profile lets them store `Messages` or `Documents`. */
    public function may(string $module): bool;

    /** Whether mails can be linked to records of a module, and the user is shown it. */
    public function takesMails(string $module): bool;

    /** The web service id of a record. */
    public function id(string $module, int $number): string;

    /** The module of a record; empty where there is no such record, or not any more. */
    public function module(int $number): string;

    public function maySee(string $module, int $number): bool;

    /** Whether the user may delete an own mail or a Document of it (`Messages`, `Documents`). */
    public function mayRemove(string $module, int $number): bool;

    /** Whether Documents can be related to records of a module. */
    public function takesDocuments(string $module): bool;

    /** The user's own linked mails with this Message-ID, letter by letter, oldest first: hash by number. */
    public function copies(string $messageId): array;

    /**
     * The user's own linked mails whose Message-ID is what is sought, or may be: the database looks past letter case and accents. Oldest
     * first for one id; $date (in the server's time zone) leaves only those that are held with it, where it is not empty. Each: number,
     * message_id, subject, date, created.
     */
    public function candidates(SoughtId $sought, string $date): array;

    /**
     * An own linked mail; null where the number is none. Keys: hash, message_id, subject, mark, from, from_names, to, to_names, cc,
     * cc_names, bcc, bcc_names, reply_to, html (texts as stored), date, created (in the server's time zone; empty where there is none).
     */
    public function held(int $number): ?array;

    /** The Documents that came of a mail's files. Each: number, title, size (bytes), name (of the file as handed out), link (an address). */
    public function documents(int $mail): array;

    /** What a Document's file is made of (`FileDigest`); empty where it is an address or can't be read. */
    public function digest(int $document): string;

    /** The records that a mail is related to, over all its copies: module by number. */
    public function records(int $mail): array;

    /** The records that a Document is related to: module by number. */
    public function documentRecords(int $document): array;

    /** The copies of a mail other than this one. */
    public function others(int $mail): array;

    /**
     * Do some work while no other request does any of the same name: a link that is repeated while the first is still being
     * stored finds what that has stored. Waits some seconds at most.
     *
     * @return mixed what the work returns
     */
    public function oneAtATime(string $name, callable $work);

    /** Store a mail with these values (by the CRM's names, made by `MailParameter`); returns its number. */
    public function store(array $fields): int;

    /** Store a file (name, tmp_name, type, size) as a Document that came with a mail; returns its number, 0 if it failed. */
    public function attach(int $mail, array $file): int;

    /** Store an address (https) as a Document that came with a mail; returns its number. */
    public function attachAddress(int $mail, string $name, string $address): int;

    /** Relate an own mail to records of one module. */
    public function relate(int $mail, string $module, array $numbers): void;

    public function relateDocument(int $document, string $module, array $numbers): void;

    public function unrelate(int $mail, string $module, int $number): void;

    public function unrelateDocument(int $document, string $module, int $number): void;

    public function remove(int $mail): void;

    public function removeDocument(int $mail, int $document): void;

    /** The modules on whose records the user may write a comment. */
    public function commentable(): array;

    /** Those of the numbers that are comments: number, record, text as it is kept. */
    public function comments(array $numbers): array;

    /** Write a comment (HTML) on a record, for all who see that; returns its number. */
    public function comment(int $record, string $text): int;

    public function removeComment(int $number): void;

    /** Change an own mail: text (HTML) and date (in the server's time zone) with what is said of it; null leaves what is there. */
    public function fill(int $mail, ?string $html, ?string $date, string $mark): void;
}
