<?php

namespace MailConnector;

/** The addresses to which the sign-in page may go back. */
final class Redirects
{
    private const LOCAL = ['localhost', '127.0.0.1', '[::1]'];

    /**
     * The addresses of a list as an administrator types it, one a line; throws InvalidArgumentException with the line
     * that is none.
     */
    public static function parse(string $lines): array
    {
        $found = [];
        foreach (preg_split('/\R/', $lines) as $line) {
            $line = trim($line);
            if ($line === '') {
                continue;
            }
            if (!self::isAcceptable($line)) {
                throw new \InvalidArgumentException($line);
            }
            $found[] = $line;
        }
        return array_values(array_unique($found));
    }

    /** Whether an address may be put on the list: https (or this machine), no user, no query, no fragment. */
    public static function isAcceptable(string $address): bool
    {
        if (!preg_match('~^(https?)://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._\~%/-]*)$~D', $address, $part)) {
            return false;
        }
        // A browser would resolve these, and the address that was compared would not be the one that is gone to.
        if (preg_match('~/\.{1,2}(/|$)|%2e~i', $part[4])) {
            return false;
        }
        return strlen($address) <= 255 && ($part[1] === 'https' || in_array($part[2], self::LOCAL, true));
    }

    /** Whether the list has this address, the same character by character. */
    public static function allows(array $list, string $address): bool
    {
        return self::isAcceptable($address) && in_array($address, $list, true);
    }

    /** Scheme, host and port of an address, as a browser writes them into Origin. */
    public static function origin(string $address): string
    {
        preg_match('~^(https?)://[^/]+~', $address, $found);
        $origin = $found[0] ?? '';
        return preg_replace($found[1] === 'https' ? '/:443$/D' : '/:80$/D', '', $origin);
    }
}
