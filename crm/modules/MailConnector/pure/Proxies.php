<?php

namespace MailConnector;

/**
 * Whose request it is. What a request says of its own origin counts only where a proxy that the administrator has named
 * sends it on: anybody can write such a header.
 */
final class Proxies
{
    /**
     * The addresses and networks of a list as an administrator types it, one a line (192.0.2.7, 10.0.0.0/8, fd00::/8);
     * throws InvalidArgumentException with the line that is none.
     */
    public static function parse(string $lines): array
    {
        $found = [];
        foreach (preg_split('/\R/', $lines) as $line) {
            $line = trim($line);
            if ($line === '') {
                continue;
            }
            [$address, $length] = explode('/', "$line/");
            $bytes = self::bytes($address);
            $bits = $bytes === null ? 0 : 8 * strlen($bytes);
            if ($bytes === null || substr_count($line, '/') > 1 || ($length !== '' && (!preg_match('/^\d{1,3}$/D', $length) || (int) $length > $bits))) {
                throw new \InvalidArgumentException($line);
            }
            $found[] = $line;
        }
        return array_values(array_unique($found));
    }

    /** The address that calls: the connection's; behind a named proxy the last one in X-Forwarded-For that is no named proxy. */
    public static function caller(array $proxies, string $connection, string $forwarded): string
    {
        $address = self::plain($connection) ?? $connection;
        $before = array_reverse(array_map('trim', explode(',', $forwarded)));
        while ($before !== [] && self::isNamed($proxies, $address)) {
            $next = self::plain(array_shift($before));
            if ($next === null) {
                break;
            }
            $address = $next;
        }
        return $address;
    }

    /** What is counted as one caller: an address, and of IPv6, of which everybody has many, its network of 64 bits. */
    public static function counted(string $address): string
    {
        $bytes = self::bytes($address);
        return $bytes !== null && strlen($bytes) === 16
            ? inet_ntop(substr($bytes, 0, 8) . str_repeat("\0", 8)) . '/64'
            : substr($address, 0, 64);
    }

    private static function isNamed(array $proxies, string $address): bool
    {
        foreach ($proxies as $network) {
            [$base, $length] = explode('/', "$network/");
            if (self::begins(self::bytes($base), self::bytes($address), $length)) {
                return true;
            }
        }
        return false;
    }

    private static function begins(?string $base, ?string $address, string $length): bool
    {
        if ($base === null || $address === null || strlen($base) !== strlen($address)) {
            return false;
        }
        $bits = $length === '' ? 8 * strlen($base) : (int) $length;
        $whole = intdiv($bits, 8);
        $mask = chr(0xFF << (8 - $bits % 8) & 0xFF);
        return strncmp($base, $address, $whole) === 0
            && ($bits % 8 === 0 || ($base[$whole] & $mask) === ($address[$whole] & $mask));
    }

    /** An address as it is written in one way, without port and brackets; null where it is none. */
    private static function plain(string $text): ?string
    {
        $text = preg_replace(['/^\[([0-9A-Fa-f:.]+)\](:\d+)?$/D', '/^(\d+\.\d+\.\d+\.\d+):\d+$/D'], '$1', $text);
        $bytes = self::bytes($text);
        return $bytes === null ? null : inet_ntop($bytes);
    }

    /** The bytes of an address, of an IPv4 one in IPv6 those of IPv4; null where it is none. */
    private static function bytes(string $text): ?string
    {
        $bytes = filter_var($text, FILTER_VALIDATE_IP) === false ? false : inet_pton($text);
        if ($bytes === false) {
            return null;
        }
        $mapped = str_repeat("\0", 10) . "\xFF\xFF";
        return strlen($bytes) === 16 && strncmp($bytes, $mapped, 12) === 0 ? substr($bytes, 12) : $bytes;
    }
}
