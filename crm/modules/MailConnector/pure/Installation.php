<?php

namespace MailConnector;

/** What is to be known of the CRM itself. */
interface Installation
{
    /** The version, as 24.08.02, and the build. */
    public function version(): array;

    /** The CRM's address. */
    public function url(): string;

    /** The name of the server's time zone. */
    public function timeZone(): string;

    /** Limits in bytes: file and request; files: how many. Null where there is none. */
    public function limits(): array;

    /** The web service id of a user (19x5). */
    public function userId(int $number): string;

    /** The address of whoever calls. */
    public function caller(): string;
}
