<?php

namespace MailConnector;

/**
 * Slows guessing down, and locks nobody. An address gets so many failures in a while; a user name gets some for nothing and
 * then waits longer and longer, wherever the guesses come from, but not at an address from which this user was signed in. Names
 * that are none are treated as names.
 */
final class Brakes
{
    /** Failures of one address within the seconds. */
    public const FAILURES = 20;
    public const FAILURE_SECONDS = 900;

    /** Failures of a name before it waits; the first wait, which doubles with each failure; the longest; and when they are forgotten. */
    public const NAME_FAILURES = 5;
    public const NAME_WAIT = 10;
    public const NAME_LONGEST = 300;
    public const NAME_SECONDS = 86400;

    private Store $store;
    private Accounts $accounts;
    private Installation $crm;
    /** @var callable returns Unix seconds */
    private $clock;

    public function __construct(Store $store, Accounts $accounts, Installation $crm, callable $clock)
    {
        $this->store = $store;
        $this->accounts = $accounts;
        $this->crm = $crm;
        $this->clock = $clock;
    }

    /**
     * Run a check of a password for a user name: it returns its result, and throws wrong_credentials. Throws too_many_attempts
     * before that. Checks for one name run one after the other, so that guesses at the same time are no free ones.
     *
     * @return mixed
     */
    public function guard(string $name, callable $check)
    {
        $mark = self::mark($name);
        return $this->store->oneAtATime("sign-in $mark", function () use ($name, $mark, $check) {
            // Counted before it is compared, and taken back where it was no failure.
            $address = $this->address();
            $attempt = $this->store->addFailure($address, $mark, ($this->clock)());
            try {
                $this->checkAddress($address, $attempt);
                $this->checkName($name, $mark, $attempt);
                $result = $check();
            } catch (\Throwable $error) {
                if (!$error instanceof Refusal || $error->name !== 'wrong_credentials') {
                    $this->store->forgetFailure($attempt);
                }
                throw $error;
            }
            $this->store->forgetFailuresOf($mark);
            return $result;
        });
    }

    /** Count a failure of the caller's address that is none of a password. */
    public function count(): void
    {
        $this->store->addFailure($this->address(), '', ($this->clock)());
    }

    /** What is kept of the address from which a user signs in. */
    public static function addressMark(int $user, Installation $crm): string
    {
        return Secret::hash("address\n$user\n" . Proxies::counted($crm->caller()));
    }

    private function checkAddress(string $address, int $attempt): void
    {
        $since = ($this->clock)() - self::FAILURE_SECONDS;
        $times = $this->store->failuresAt($address, $since, $attempt);
        if (count($times) >= self::FAILURES) {
            throw self::refusal($times[count($times) - self::FAILURES] - $since);
        }
    }

    private function checkName(string $name, string $mark, int $attempt): void
    {
        $now = ($this->clock)();
        $account = $this->accounts->byName($name);
        $user = $account === null ? 0 : $account['id'];
        // Who was signed in from here waits for the failures from here only: nobody elsewhere keeps a user out.
        $isKnown = $this->store->wasSignedIn($user, self::addressMark($user, $this->crm));
        $times = $this->store->failuresOf($mark, $isKnown ? $this->address() : null, $now - self::NAME_SECONDS, $attempt);
        $more = count($times) - self::NAME_FAILURES;
        $wait = $more < 0 ? 0 : min(self::NAME_LONGEST, self::NAME_WAIT * 2 ** min($more, 10));
        if ($times !== [] && end($times) + $wait > $now) {
            throw self::refusal(end($times) + $wait - $now);
        }
    }

    private function address(): string
    {
        return Proxies::counted($this->crm->caller());
    }

    /** What is kept of a user name, which may be a password that was typed into the wrong field. */
    private static function mark(string $name): string
    {
        return Secret::hash("name\n$name");
    }

    private static function refusal(int $seconds): Refusal
    {
        return new Refusal('too_many_attempts', 'Too many failed sign-ins.', ['retry_after' => max(1, $seconds)]);
    }
}
