<?php

namespace MailConnector;

/** How long tokens live, as an administrator set it. Seconds. */
final class Policy
{
    public int $session;
    public int $stay;
    public int $device;

    private const DEFAULTS = ['session_hours' => 12, 'stay_days' => 30, 'device_days' => 90, 'log_days' => 90];
    private const MOST = ['session_hours' => 24, 'stay_days' => 365, 'device_days' => 365, 'log_days' => 365];

    public static function of(Store $store): self
    {
        $policy = new self();
        $policy->session = self::number($store, 'session_hours') * 3600;
        $policy->stay = self::number($store, 'stay_days') * 86400;
        $policy->device = self::number($store, 'device_days') * 86400;
        return $policy;
    }

    public static function number(Store $store, string $name): int
    {
        $set = $store->setting($name);
        return self::isAcceptable($name, $set) ? (int) $set : self::DEFAULTS[$name];
    }

    /** Whether an administrator may set this. */
    public static function isAcceptable(string $name, string $value): bool
    {
        return preg_match('/^[1-9][0-9]{0,2}$/D', $value) === 1 && (int) $value <= self::MOST[$name];
    }

    public static function names(): array
    {
        return array_keys(self::DEFAULTS);
    }
}
