<?php

namespace MailConnector;

/**
 * A second factor whose codes are made here and delivered by a hook: six digits, 60 seconds, five attempts, a new one at
 * most every ten seconds and six in an hour; after ten wrong ones in a day there is none any more until the next. A hook
 * says who needs one and delivers it; see the README.
 */
abstract class DeliveredCodes implements SecondFactor
{
    public const LIFETIME = 60;
    public const ATTEMPTS = 5;
    public const RESEND = 10;
    public const SENDINGS = 6;
    public const SENDINGS_SECONDS = 3600;
    public const WRONG = 10;
    public const WRONG_SECONDS = 86400;

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
        return $this->store->oneAtATime("code {$account['id']}", fn (): int => $this->sent($account, $channel));
    }

    private function sent(array $account, string $channel): int
    {
        $now = ($this->clock)();
        $before = $this->store->challenge($account['id']);
        if ($before !== null && $now - $before['sent'] < self::RESEND) {
            return $before['expires'];
        }
        $counted = self::counted($before, 'wrong', self::WRONG_SECONDS, $now)
            + self::counted($before, 'sendings', self::SENDINGS_SECONDS, $now);
        self::check($counted, 'wrong', self::WRONG, self::WRONG_SECONDS, $now);
        self::check($counted, 'sendings', self::SENDINGS, self::SENDINGS_SECONDS, $now);
        $counted['sendings']++;
        $code = str_pad((string) random_int(0, 999999), 6, '0', STR_PAD_LEFT);
        $this->store->setChallenge($account['id'], $counted + [
            'user' => $account['id'], 'code' => self::hash($account, $code), 'channel' => $channel, 'sent' => $now,
            'expires' => $now + self::LIFETIME, 'remaining' => self::ATTEMPTS,
        ]);
        $this->deliver($account, $channel, $code);
        return $now + self::LIFETIME;
    }

    public function take(array $account, string $code, int &$expires, int &$remaining): string
    {
        // Counted before it is compared: guesses that come at the same time do not get attempts for free.
        $now = ($this->clock)();
        $challenge = $this->store->countAttempt($account['id'], $now);
        if ($challenge === null) {
            return 'expired';
        }
        $challenge['wrong']--;
        self::check($challenge, 'wrong', self::WRONG, self::WRONG_SECONDS, $now);
        $remaining = min($challenge['remaining'], self::WRONG - $challenge['wrong'] - 1);
        $expires = $challenge['expires'];
        $given = self::hash($account, preg_replace('/\s+/', '', $code));
        if (!hash_equals($challenge['code'], $given)) {
            return 'wrong';
        }
        return $this->store->takeChallenge($account['id'], $given) ? 'right' : 'expired';
    }

    /** What was counted of a kind, and since when; from nothing where that was too long ago. */
    private static function counted(?array $challenge, string $what, int $seconds, int $now): array
    {
        $holds = $challenge !== null && $now - $challenge["{$what}_since"] < $seconds;
        return [$what => $holds ? $challenge[$what] : 0, "{$what}_since" => $holds ? $challenge["{$what}_since"] : $now];
    }

    /** Throw too_many_attempts where there were too many of a kind. */
    private static function check(array $counted, string $what, int $most, int $seconds, int $now): void
    {
        if ($counted[$what] >= $most) {
            $wait = max(1, $counted["{$what}_since"] + $seconds - $now);
            throw new Refusal('too_many_attempts', 'Too many codes.', ['retry_after' => $wait]);
        }
    }

    private static function hash(array $account, string $code): string
    {
        return Secret::hash($account['id'] . "\n" . $code);
    }
}
