<?php

namespace MailConnector;

/** Where the security log is kept. An entry: at (Unix seconds), event, user and by (numbers, 0 for nobody), address, detail. */
interface LogStore
{
    public function add(array $entry): void;

    /** Whether there is such an entry (its time aside) after a time. */
    public function has(array $entry, int $after): bool;

    /** The newest entries, newest first. */
    public function newest(int $most): array;

    /** Forget what is older than a time, and of refusals and of all others each what is beyond so many. */
    public function tidy(int $before, int $most): void;
}
