<?php

namespace MailConnector;

/** Devices, their tokens, and whoever is behind a token. */
final class Sessions
{
    /** Seconds that the old token works after a renewal: as long as a large upload takes that began with it. */
    public const GRACE = 300;

    /** Seconds after which a token is renewed at the latest, whatever its lifetime: a copy of it is noticed then. */
    private const RENEWAL = 7 * 86400;

    /** Seconds after which a device's last use is noted again. */
    private const NOTED_AGAIN = 300;

    private Store $store;
    private Accounts $accounts;
    private Installation $crm;
    private Seats $seats;
    private SecurityLog $log;
    /** @var callable returns Unix seconds */
    private $clock;

    public function __construct(Store $store, Accounts $accounts, Installation $crm, Seats $seats, SecurityLog $log, callable $clock)
    {
        $this->store = $store;
        $this->accounts = $accounts;
        $this->crm = $crm;
        $this->seats = $seats;
        $this->log = $log;
        $this->clock = $clock;
    }

    /** Sign a device in; returns the contract's result. Throws no_seat, and grant_invalid where its code came again meanwhile. */
    public function open(array $account, string $deviceName, bool $stay, string $codeHash = ''): array
    {
        $policy = Policy::of($this->store);
        $token = Secret::make(Secret::TOKEN);
        $now = ($this->clock)();
        $lifetime = $stay ? $policy->stay : $policy->session;
        $device = [
            'user' => $account['id'], 'name' => self::cut($deviceName), 'token' => Secret::hash($token), 'created' => $now,
            'lifetime' => $lifetime, 'expires' => $now + min($lifetime, $policy->device), 'ends' => $now + $policy->device,
            'password_mark' => $account['password_mark'], 'key_mark' => $account['key_mark'],
            'old_token' => '', 'old_until' => 0, 'code' => $codeHash, 'revoked' => 0, 'opened' => $now, 'used' => $now,
            'address_mark' => Brakes::addressMark($account['id'], $this->crm), 'seed' => '',
        ];
        // Counted and taken in one, so that two who come at once do not both get the last seat.
        $device['id'] = $this->store->oneAtATime('seats', function () use ($account, $device): int {
            $this->seats->checkSeat($account['id']);
            return $this->store->addDevice($device);
        });
        if ($codeHash !== '' && $this->store->cameAgain($codeHash)) {
            // Whoever brought it again could not revoke what was not there yet.
            $this->store->revoke($device['id']);
            throw new Refusal('grant_invalid', 'The code is not accepted.');
        }
        $this->log->note(SecurityLog::SIGNED_IN, $account['id'], $device['name']);
        return $this->told($device, $token, $account);
    }

    /** The account and the device of a token. Throws sign_in_again; a token that another has followed ends its device. */
    public function behind(string $token): array
    {
        $device = $token === '' ? null : $this->device($token);
        if ($device === null) {
            throw self::again($token === '' ? 'missing' : 'unknown');
        }
        $account = $this->accounts->byId((int) $device['user']);
        $reason = $this->reason($device, $account);
        if ($reason === '' && $device['is_spent']) {
            // Two have the token, and one of them should not: nobody can tell which.
            $this->store->revoke((int) $device['id']);
            $this->log->note(SecurityLog::TOKEN_AGAIN, (int) $device['user'], $device['name']);
            $reason = 'revoked';
        }
        if ($reason !== '') {
            throw self::again($reason);
        }
        $now = ($this->clock)();
        if ($now - (int) $device['used'] >= self::NOTED_AGAIN) {
            $this->store->changeDevice((int) $device['id'], ['used' => $now]);
        }
        return [$account, $device];
    }

    /** Give the device a new token. Whoever asks again with the same old one, soon or at the same time, gets the same new one. */
    public function renew(string $token): array
    {
        [$account, $device] = $this->behind($token);
        $hash = Secret::hash($token);
        if (hash_equals((string) $device['token'], $hash)) {
            $now = ($this->clock)();
            $seed = Secret::seed();
            $this->store->renewDevice($device['id'], $hash, [
                'token' => Secret::hash(Secret::successor($token, $seed)), 'seed' => $seed, 'created' => $now,
                'expires' => min($now + (int) $device['lifetime'], (int) $device['ends']),
                'old_token' => $hash, 'old_until' => min($now + self::GRACE, (int) $device['expires']),
            ]);
        }
        // Read again: of several at the same time one has won.
        [, $device] = $this->behind($token);
        $new = Secret::successor($token, (string) $device['seed']);
        if (!hash_equals((string) $device['token'], Secret::hash($new))) {
            throw self::again('unknown');
        }
        return $this->told(['is_old' => false] + $device, $new, $account);
    }

    /** Revoke the token's device; false where the token was none any more. */
    public function close(string $token): bool
    {
        $device = $token === '' ? null : $this->device($token);
        if ($device === null || $device['revoked'] || $device['expires'] <= ($this->clock)()) {
            return false;
        }
        $this->store->revoke((int) $device['id']);
        $this->log->note(SecurityLog::SIGNED_OUT, (int) $device['user'], $device['name']);
        return true;
    }

    public function userTold(array $account): array
    {
        return [
            'id' => $this->crm->userId($account['id']),
            'name' => $account['name'],
            'full_name' => $account['full_name'],
            'language' => $account['language'],
            'time_zone' => $account['time_zone'],
        ];
    }

    /** When a token ends, and from when on renewing is worth it. */
    public function times(array $device): array
    {
        if ($device['is_old'] ?? false) {
            return ['expires' => $this->time((int) $device['old_until']), 'renew_after' => $this->time((int) $device['created'])];
        }
        $expires = (int) $device['expires'];
        $half = (int) $device['created'] + min(self::RENEWAL, intdiv($expires - (int) $device['created'], 2));
        return [
            'expires' => $this->time($expires),
            'renew_after' => $this->time($expires >= (int) $device['ends'] ? $expires : $half),
        ];
    }

    /** A time as the contract writes it. */
    public function time(int $seconds): string
    {
        $zone = new \DateTimeZone($this->crm->timeZone());
        return (new \DateTimeImmutable("@$seconds"))->setTimezone($zone)->format('Y-m-d\TH:i:sP');
    }

    private function device(string $token): ?array
    {
        $hash = Secret::hash($token);
        $device = $this->store->deviceByToken($hash);
        if ($device !== null) {
            $isOld = hash_equals((string) $device['old_token'], $hash) && (int) $device['old_until'] > ($this->clock)();
            $device['is_old'] = $isOld;
            $device['is_spent'] = !$isOld && !hash_equals((string) $device['token'], $hash);
        }
        return $device;
    }

    private function reason(array $device, ?array $account): string
    {
        if ($device['revoked']) {
            return 'revoked';
        }
        if ($account === null || !$account['active']) {
            return 'inactive';
        }
        if (!hash_equals((string) $device['password_mark'], $account['password_mark'])) {
            return 'password_changed';
        }
        if (!hash_equals((string) $device['key_mark'], $account['key_mark'])) {
            return 'access_key_renewed';
        }
        return $device['expires'] <= ($this->clock)() ? 'expired' : '';
    }

    private function told(array $device, string $token, array $account): array
    {
        return ['token' => $token] + $this->times($device) + [
            'device' => (string) $device['id'],
            'user' => $this->userTold($account),
            'licence' => $this->seats->told(),
        ];
    }

    private static function again(string $reason): Refusal
    {
        return new Refusal('sign_in_again', "The token is not accepted: $reason.", ['reason' => $reason]);
    }

    /** A device's name: at most 100 characters, none of them control characters. */
    public static function cut(string $name): string
    {
        $name = trim((string) preg_replace('/[\x00-\x1f\x7f]+/', ' ', $name));
        return preg_match('/^.{0,100}/su', $name, $found) ? $found[0] : '';
    }
}
