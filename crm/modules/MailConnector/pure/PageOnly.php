<?php

namespace MailConnector;

/** No second factor that could be driven from here: nobody needs one, or everybody uses the sign-in page. */
final class PageOnly implements SecondFactor
{
    private bool $page;

    public function __construct(bool $page)
    {
        $this->page = $page;
    }

    public function channel(array $account): string
    {
        return $this->page ? self::PAGE : self::NONE;
    }

    public function takesPasswords(): bool
    {
        return !$this->page;
    }

    public function asksForCodes(): bool
    {
        return false;
    }

    public function send(array $account, string $channel): int
    {
        return 0;
    }

    public function take(array $account, string $code, int &$expires, int &$remaining): string
    {
        return 'expired';
    }
}
