<?php

namespace MailConnector;

/**
 * A licence key: a JWS in compact form (RFC 7515), signed with Ed25519 (algorithm EdDSA, RFC 8037). The payload is a JSON
 * object. scripts/licence.py issues them.
 */
final class Licence
{
    /** The header of every key, and the only one that is taken: whoever sends a key does not choose how it is checked. */
    public const HEADER = ['alg' => 'EdDSA', 'typ' => 'mail-connector-licence'];

    public string $installation;
    public string $crmUrl;
    public int $users;
    /** @var string the last day, YYYY-MM-DD */
    public string $until;
    public string $number;

    /**
     * Read a key that one of these public keys (base64url) signed. Throws InvalidArgumentException with the code of what
     * is wrong: unreadable, signature, content.
     */
    public static function read(string $key, array $publicKeys): self
    {
        $key = preg_replace('/\s+/', '', $key);
        if (!preg_match('/^(([A-Za-z0-9_-]{1,200})\.([A-Za-z0-9_-]{1,4000}))\.([A-Za-z0-9_-]{86})$/D', $key, $part)) {
            throw new \InvalidArgumentException('unreadable');
        }
        $header = json_decode((string) Secret::fromBase64url($part[2]), true);
        is_array($header) && ksort($header);
        if ($header !== self::HEADER) {
            throw new \InvalidArgumentException('unreadable');
        }
        $payload = Secret::fromBase64url($part[3]);
        $signature = Secret::fromBase64url($part[4]);
        if ($payload === null || $signature === null || !self::isSigned($part[1], $signature, $publicKeys)) {
            throw new \InvalidArgumentException('signature');
        }
        return self::from(json_decode($payload, true));
    }

    private static function isSigned(string $text, string $signature, array $publicKeys): bool
    {
        foreach ($publicKeys as $publicKey) {
            $bytes = Secret::fromBase64url($publicKey);
            if ($bytes === null || strlen($bytes) !== SODIUM_CRYPTO_SIGN_PUBLICKEYBYTES) {
                continue;
            }
            if (sodium_crypto_sign_verify_detached($signature, $text, $bytes)) {
                return true;
            }
        }
        return false;
    }

    /** @param mixed $content */
    private static function from($content): self
    {
        $texts = is_array($content) ? array_filter($content, 'is_string') : [];
        $users = is_array($content) ? ($content['users'] ?? null) : null;
        $until = $texts['until'] ?? '';
        $day = \DateTimeImmutable::createFromFormat('!Y-m-d', $until);
        if (
            !isset($texts['installation'], $texts['crm_url'], $texts['number'])
            || !is_int($users) || $users < 1 || $day === false || $day->format('Y-m-d') !== $until
        ) {
            throw new \InvalidArgumentException('content');
        }
        $licence = new self();
        $licence->installation = $texts['installation'];
        $licence->crmUrl = $texts['crm_url'];
        $licence->number = $texts['number'];
        $licence->users = $users;
        $licence->until = $until;
        return $licence;
    }

    /** What keeps it from being used for this installation: installation or crm_url; empty when it fits. */
    public function misfit(string $installation, string $crmUrl): string
    {
        if (self::folded($this->installation) !== self::folded($installation)) {
            return 'installation';
        }
        return self::plainUrl($this->crmUrl) === self::plainUrl($crmUrl) ? '' : 'crm_url';
    }

    /** Whether it is over on this day (YYYY-MM-DD). */
    public function isOver(string $today): bool
    {
        return strcmp($today, $this->until) > 0;
    }

    /** The text that an administrator sends to the partner: MCR1.{JSON in base64url}. */
    public static function request(string $installation, string $crmUrl, int $users): string
    {
        $content = ['crm_url' => self::plainUrl($crmUrl), 'installation' => trim($installation), 'users' => $users];
        return 'MCR1.' . Secret::base64url(json_encode($content, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE));
    }

    /** An address without what does not matter: case of the host, default port, index.php, slashes at the end. */
    public static function plainUrl(string $url): string
    {
        if (!preg_match('~^\s*(https?)://([^/?#\s]+)([^?#\s]*)~i', $url, $part)) {
            return trim($url);
        }
        $scheme = strtolower($part[1]);
        $host = preg_replace($scheme === 'https' ? '/:443$/D' : '/:80$/D', '', strtolower($part[2]));
        return "$scheme://$host" . rtrim(preg_replace('~/index\.php$~D', '', $part[3]), '/');
    }

    private static function folded(string $name): string
    {
        $name = preg_replace('/\s+/u', ' ', trim($name)) ?? $name;
        return function_exists('mb_strtolower') ? mb_strtolower($name, 'UTF-8') : strtolower($name);
    }
}
