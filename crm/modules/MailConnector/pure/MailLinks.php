<?php

namespace MailConnector;

/** The copies of a mail, over all users, and what came of its files: what the stock operations do not tell. */
interface MailLinks
{
    /**
     * The stored mails with a Message-ID, oldest first. Each: hash (of the mail), owner (user number), by (the owner's
     * name), created (Unix seconds), id (web service id).
     */
    public function copies(string $messageId): array;

    /** The Documents that came of the files of a stored mail (by its record number): their web service ids, in order. */
    public function documents(int $message): array;
}
