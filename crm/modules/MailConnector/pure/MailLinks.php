<?php

namespace MailConnector;

/** Which records a mail is linked to, over all users, and what came of its files: what the stock operations do not tell. */
interface MailLinks
{
    /** Whether records of a module have a Messages relationship. */
    public function takesMails(string $module): bool;

    /**
     * The stored mails with a Message-ID, oldest first. Each: hash (of the mail), owner (user number), by (the owner's
     * name), created (Unix seconds), id (web service id).
     */
    public function copies(string $messageId): array;

    /** The records that a mail is linked to and that the user may see. Each: id, module, name. */
    public function records(string $hash, int $user): array;

    /** The Documents that came of the files of a stored mail (by its record number): their web service ids, in order. */
    public function documents(int $message): array;
}
