<?php

namespace MailConnector;

/**
 * The CRM's second factor, as far as mailconnectorlogin can drive it. Whoever can't be served here signs in on the
 * sign-in page, where the CRM asks for everything itself.
 */
interface SecondFactor
{
    public const NONE = '', WILSON = 'wilson', MAIL = 'mail', PAGE = 'page';

    /** What a user needs beyond the password: NONE, WILSON, MAIL, or PAGE: the sign-in page only. */
    public function channel(array $account): string;

    /** Whether anybody can sign in with a password here, a code or not. */
    public function takesPasswords(): bool;

    /** Whether any user may be asked for a code here. */
    public function asksForCodes(): bool;

    /**
     * Send a code, or leave the one that was sent a moment ago; returns until when it is valid (Unix seconds).
     */
    public function send(array $account, string $channel): int;

    /** Take a code: right, wrong or expired. $expires and $remaining tell of a code that is still awaited. */
    public function take(array $account, string $code, int &$expires, int &$remaining): string;
}
