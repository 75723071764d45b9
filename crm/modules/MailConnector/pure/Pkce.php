<?php

namespace MailConnector;

/** Proof key for code exchange (RFC 7636), method S256 only. */
final class Pkce
{
    public const METHOD = 'S256';

    public static function challenge(string $verifier): string
    {
        return Secret::base64url(hash('sha256', $verifier, true));
    }

    public static function isChallenge(string $text): bool
    {
        return preg_match('/^[A-Za-z0-9_-]{43}$/D', $text) === 1;
    }

    public static function isVerifier(string $text): bool
    {
        return preg_match('/^[A-Za-z0-9._~-]{43,128}$/D', $text) === 1;
    }

    /** Whether this verifier is the one behind the challenge. */
    public static function matches(string $verifier, string $challenge): bool
    {
        return self::isVerifier($verifier) && hash_equals($challenge, self::challenge($verifier));
    }
}
