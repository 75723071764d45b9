<?php

namespace MailConnector;

/**
 * A second factor whose codes are made here and delivered by a hook: six digits, 60 seconds, five attempts, a new one at
 * most every ten seconds. A hook says who needs one and delivers it; see the README.
 */
abstract class DeliveredCodes implements SecondFactor
{
    public const LIFETIME = 60;
    public const ATTEMPTS = 5;
    public const RESEND = 10;

    private Store $store;
    /** @var callable returns Unix seconds */
    private $clock;

    public function __construct(Store $store, callable $clock)
    {
        $this->store = $store;
        $this->clock = $clock;
    }

    /** Bring a code to the user over this channel. */
    abstract protected function deliver(array $account, string $channel, string $code): void;

    public function takesPasswords(): bool
    {
        return true;
    }

    public function asksForCodes(): bool
    {
        return true;
    }

    public function send(array $account, string $channel): int
    {
        $now = ($this->clock)();
        $challenge = $this->store->challenge($account['id']);
        if ($challenge !== null && $now - $challenge['sent'] < self::RESEND && $challenge['remaining'] > 0) {
            return $challenge['expires'];
        }
        $code = str_pad((string) random_int(0, 999999), 6, '0', STR_PAD_LEFT);
        $challenge = [
            'user' => $account['id'], 'code' => self::hash($account, $code), 'channel' => $channel, 'sent' => $now,
            'expires' => $now + self::LIFETIME, 'remaining' => self::ATTEMPTS,
        ];
        $this->store->setChallenge($account['id'], $challenge);
        $this->deliver($account, $channel, $code);
        return $challenge['expires'];
    }

    public function take(array $account, string $code, int &$expires, int &$remaining): string
    {
        $challenge = $this->store->challenge($account['id']);
        if ($challenge === null || $challenge['expires'] <= ($this->clock)() || $challenge['remaining'] < 1) {
            return 'expired';
        }
        // Counted before it is compared: guesses that come at the same time do not get attempts for free.
        $remaining = $this->store->countAttempt($account['id']);
        $expires = $challenge['expires'];
        if ($remaining < 0) {
            return 'expired';
        }
        if (!hash_equals($challenge['code'], self::hash($account, preg_replace('/\s+/', '', $code)))) {
            return 'wrong';
        }
        $this->store->setChallenge($account['id'], null);
        return 'right';
    }

    private static function hash(array $account, string $code): string
    {
        return Secret::hash($account['id'] . "\n" . $code);
    }
}
