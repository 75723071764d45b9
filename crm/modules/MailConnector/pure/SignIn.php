<?php

namespace MailConnector;

/** The ways to a token: the password, and a code from the sign-in page. */
final class SignIn
{
    public const CODE_LIFETIME = 60;

    private Store $store;
    private Accounts $accounts;
    private Seats $seats;
    private Sessions $sessions;
    private SecondFactor $secondFactor;
    private Brakes $brakes;
    private SecurityLog $log;
    /** @var callable returns Unix seconds */
    private $clock;

    public function __construct(
        Store $store,
        Accounts $accounts,
        Installation $crm,
        Seats $seats,
        Sessions $sessions,
        SecurityLog $log,
        SecondFactor $secondFactor,
        callable $clock
    ) {
        $this->store = $store;
        $this->accounts = $accounts;
        $this->seats = $seats;
        $this->sessions = $sessions;
        $this->log = $log;
        $this->secondFactor = $secondFactor;
        $this->brakes = new Brakes($store, $accounts, $crm, $clock);
        $this->clock = $clock;
    }

    /** The ways that this CRM offers: password, code, page. */
    public function methods(): array
    {
        $ways = [];
        if ($this->takesPasswords()) {
            $ways[] = 'password';
            if ($this->secondFactor->asksForCodes()) {
                $ways[] = 'code';
            }
        }
        if ($this->redirects() !== []) {
            $ways[] = 'page';
        }
        return $ways;
    }

    /** The addresses that the sign-in page may go back to. */
    public function redirects(): array
    {
        return array_values(array_filter(explode("\n", $this->store->setting('redirects'))));
    }

    public function byPassword(Parameters $given): array
    {
        $name = $given->text('username');
        $password = $given->text('password');
        $code = $given->text('code');
        $stay = $given->text('stay') === '1';
        $device = $given->text('device');
        Version::check($given->text('pane'));
        $this->seats->checkLicence();
        if (!$this->takesPasswords()) {
            throw self::pageRequired();
        }
        $user = fn (): int => $this->accounts->byName($name)['id'] ?? 0;
        return $this->log->watch($user, fn (): array => $this->withPassword($name, $password, $code, $device, $stay));
    }

    private function withPassword(string $name, string $password, string $code, string $device, bool $stay): array
    {
        $account = $this->brakes->guard($name, fn (): array => $this->checked($name, $password));
        $channel = $this->secondFactor->channel($account);
        if ($channel === SecondFactor::PAGE) {
            throw self::pageRequired();
        }
        if ($channel !== SecondFactor::NONE) {
            $this->checkCode($account, $channel, $code);
        }
        $session = $this->sessions->open($account, $device, $stay);
        $this->accounts->noteSignIn($account['id']);
        return $session;
    }

    public function byCode(Parameters $given, string $origin): array
    {
        $code = $given->text('code');
        $verifier = $given->text('code_verifier');
        $redirect = $given->text('redirect_uri');
        $hash = Secret::hash($code);
        $spent = false;
        $grant = $this->store->spendGrant($hash, $spent);
        if ($spent) {
            // Somebody has this code who should not: what it gave can't be trusted either.
            $this->store->revokeByCode($hash);
            $this->log->note(SecurityLog::CODE_AGAIN, 0);
        }
        $user = static fn (): int => (int) ($grant['user'] ?? 0);
        return $this->log->watch($user, fn (): array => $this->withGrant($grant, $verifier, $redirect, $origin, $hash, $given->text('pane')));
    }

    private function withGrant(?array $grant, string $verifier, string $redirect, string $origin, string $hash, string $pane): array
    {
        $account = $grant === null ? null : $this->accounts->byId((int) $grant['user']);
        if (
            $grant === null || $account === null || !$account['active']
            || $grant['expires'] <= ($this->clock)()
            || !Pkce::matches($verifier, $grant['challenge'])
            || !hash_equals($grant['redirect'], $redirect)
            || !Redirects::allows($this->redirects(), $redirect)
            || ($origin !== '' && $origin !== Redirects::origin($redirect))
        ) {
            throw new Refusal('grant_invalid', 'The code is not accepted.');
        }
        Version::check($pane);
        $this->seats->checkLicence();
        return $this->sessions->open($account, $grant['device'], (bool) $grant['stay'], $hash);
    }

    /** Make a code for a user who has consented to a request. */
    public function grant(array $account, PageRequest $request): string
    {
        $code = Secret::make(Secret::CODE);
        $this->store->addGrant([
            'code' => Secret::hash($code), 'user' => $account['id'], 'redirect' => $request->redirect,
            'challenge' => $request->challenge, 'device' => $request->device, 'stay' => $request->stay ? 1 : 0,
            'expires' => ($this->clock)() + self::CODE_LIFETIME,
        ]);
        return $code;
    }

    private function takesPasswords(): bool
    {
        return $this->store->setting('password') !== 'off' && $this->secondFactor->takesPasswords();
    }

    private function checked(string $name, string $password): array
    {
        $outcome = $name === '' || $password === '' ? 'wrong' : $this->accounts->check($name, $password);
        if ($outcome === 'page') {
            throw self::pageRequired();
        }
        $account = $outcome === 'wrong' ? null : $this->accounts->byName($name);
        if ($account !== null && ($outcome === 'inactive' || !$account['active'])) {
            throw new Refusal('inactive', 'The user is deactivated.');
        }
        if ($account !== null) {
            return $account;
        }
        throw new Refusal('wrong_credentials', 'User name or password are wrong.');
    }

    private function checkCode(array $account, string $channel, string $code): void
    {
        if ($code === '') {
            $expires = $this->secondFactor->send($account, $channel);
            throw new Refusal('code_required', 'A code was sent.', $this->codeTold($channel, $expires));
        }
        $expires = $remaining = 0;
        $outcome = $this->secondFactor->take($account, $code, $expires, $remaining);
        if ($outcome === 'wrong') {
            $this->brakes->count();
            $details = $this->codeTold($channel, $expires) + ['remaining' => $remaining];
            throw new Refusal('code_wrong', 'The code is wrong.', $details);
        }
        if ($outcome !== 'right') {
            throw new Refusal('code_expired', 'The code is no longer valid.', ['channel' => $channel]);
        }
    }

    private function codeTold(string $channel, int $expires): array
    {
        $told = ['channel' => $channel, 'lifetime' => DeliveredCodes::LIFETIME];
        return $told + ['expires' => $this->sessions->time($expires)];
    }

    private static function pageRequired(): Refusal
    {
        return new Refusal('page_required', 'Please sign in on the sign-in page.');
    }
}
