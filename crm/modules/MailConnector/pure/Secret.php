<?php

namespace MailConnector;

/** Tokens and codes: random when made, hashed when kept, recognised by their beginning. */
final class Secret
{
    public const TOKEN = 'mct1_';
    public const CODE = 'mcc1_';

    /** A new secret of 256 random bits. */
    public static function make(string $prefix): string
    {
        return $prefix . self::base64url(random_bytes(32));
    }

    /** A seed from which, together with a token, its successor is made. */
    public static function seed(): string
    {
        return bin2hex(random_bytes(32));
    }

    /** The token that follows another: always the same one, and to be known only by whoever has the other. */
    public static function successor(string $token, string $seed): string
    {
        return self::TOKEN . self::base64url(hash_hmac('sha256', $token, $seed, true));
    }

    /** What is kept of a secret. Enough for 256 random bits: nobody can guess them, so nothing slow is needed. */
    public static function hash(string $secret): string
    {
        return hash('sha256', $secret);
    }

    /** The token of an Authorization header; empty where it has none. */
    public static function bearer(string $header): string
    {
        return preg_match('/^Bearer\s+(\S{1,200})\s*$/iD', $header, $found) ? $found[1] : '';
    }

    public static function base64url(string $bytes): string
    {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }

    /** The bytes of a text in base64url without padding; null where it is none, or not the one way to write them. */
    public static function fromBase64url(string $text): ?string
    {
        $bytes = base64_decode(strtr($text, '-_', '+/'), true);
        return $bytes !== false && self::base64url($bytes) === $text ? $bytes : null;
    }
}
