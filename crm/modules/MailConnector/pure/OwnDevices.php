<?php

namespace MailConnector;

/** The devices on which a user is signed in, as that user sees them and ends them. */
final class OwnDevices
{
    private Store $store;
    private Sessions $sessions;
    private SecurityLog $log;
    /** @var callable returns Unix seconds */
    private $clock;

    public function __construct(Store $store, Sessions $sessions, SecurityLog $log, callable $clock)
    {
        $this->store = $store;
        $this->sessions = $sessions;
        $this->log = $log;
        $this->clock = $clock;
    }

    /** The contract's list, the last used first. Throws sign_in_again. */
    public function told(string $token): array
    {
        [$account, $this_one] = $this->sessions->behind($token);
        $devices = $this->of($account['id']);
        usort($devices, static fn (array $one, array $other): int => [$other['used'], $other['id']] <=> [$one['used'], $one['id']]);
        return ['devices' => array_map(fn (array $device): array => [
            'id' => (string) $device['id'],
            'name' => $device['name'],
            'since' => $this->sessions->time($device['opened'] ?: $device['created']),
            'last_used' => $this->sessions->time($device['used'] ?: $device['created']),
            'expires' => $this->sessions->time($device['expires']),
            'this' => $device['id'] === $this_one['id'],
        ], $devices)];
    }

    /** End one; somebody else's, and what is none any more, are not told apart. Throws sign_in_again and request_invalid. */
    public function revoke(string $token, Parameters $given): array
    {
        [$account] = $this->sessions->behind($token);
        $id = $given->number('device', 999999999);
        $names = array_column($this->of($account['id']), 'name', 'id');
        if (!isset($names[$id])) {
            return ['revoked' => false];
        }
        $this->store->revoke($id);
        $this->log->note(SecurityLog::REVOKED, $account['id'], $names[$id], $account['id']);
        return ['revoked' => true];
    }

    private function of(int $user): array
    {
        $live = $this->store->liveDevices(($this->clock)());
        return array_values(array_filter($live, static fn (array $device): bool => $device['user'] === $user));
    }
}
