<?php

namespace MailConnector;

/**
 * What an administrator wants to know of sign-ins: who came, who was refused, what was ended or changed, when and from where.
 * There are no secrets in it, and no user name as it was typed, which may be a password. It has a length and an age.
 */
final class SecurityLog
{
    public const SIGNED_IN = 'signed_in';
    public const REFUSED = 'refused';
    public const DENIED = 'denied';
    public const SIGNED_OUT = 'signed_out';
    public const REVOKED = 'revoked';
    public const TOKEN_AGAIN = 'token_again';
    public const CODE_AGAIN = 'code_again';
    public const LICENCE = 'licence';
    public const SETTINGS = 'settings';
    public const EVENTS = [
        self::SIGNED_IN, self::REFUSED, self::DENIED, self::SIGNED_OUT, self::REVOKED, self::TOKEN_AGAIN, self::CODE_AGAIN, self::LICENCE, self::SETTINGS,
    ];

    /** How many refusals of sign-ins, of records and rights, and how many other entries, are kept. */
    public const LENGTH = 1000;

    /** Refusals that are worth an entry; the others tell of no attempt. */
    private const ATTEMPTS = ['wrong_credentials', 'inactive', 'page_required', 'code_wrong', 'too_many_attempts', 'no_seat', 'grant_invalid'];

    /** What a signed-in user may not see or do. */
    private const DENIALS = ['record_refused', 'permission_denied'];

    /** Seconds within which the same is not noted again. */
    private const SAME = [self::REFUSED => 60, self::DENIED => 900];

    private LogStore $store;
    private Installation $crm;
    /** @var callable returns Unix seconds */
    private $clock;

    public function __construct(LogStore $store, Installation $crm, callable $clock)
    {
        $this->store = $store;
        $this->crm = $crm;
        $this->clock = $clock;
    }

    /** Note an event of a user; $by is who did it, where that was somebody else. */
    public function note(string $event, int $user, string $detail = '', int $by = 0): void
    {
        $entry = ['event' => $event, 'user' => $user, 'by' => $by, 'address' => substr($this->crm->caller(), 0, 64), 'detail' => Sessions::cut($detail)];
        $now = ($this->clock)();
        // Whoever is refused over and over does not push out what else there is.
        if (!isset(self::SAME[$event]) || !$this->store->has($entry, $now - self::SAME[$event])) {
            $this->store->add(['at' => $now] + $entry);
        }
    }

    /** Run what may be refused, and note that; $user returns the number of whom it is about. @return mixed */
    public function watch(callable $user, callable $work)
    {
        try {
            return $work();
        } catch (Refusal $refusal) {
            if (in_array($refusal->name, self::ATTEMPTS, true)) {
                $this->note(self::REFUSED, $user(), $refusal->name);
            }
            throw $refusal;
        }
    }

    /**
     * Run an operation of a user, and note what of it the user may not see or do, by the operation's name. Records that are gone
     * are left out: who has them open is no intruder.
     */
    public function watchRights(string $operation, callable $user, callable $work): array
    {
        try {
            $result = $work();
        } catch (Refusal $refusal) {
            $this->denied($operation, $user, [['code' => $refusal->name, 'details' => $refusal->details]]);
            throw $refusal;
        }
        $this->denied($operation, $user, array_merge($result['refused'] ?? [], $result['stays'] ?? []));
        return $result;
    }

    private function denied(string $operation, callable $user, array $refusals): void
    {
        $codes = [];
        foreach ($refusals as $one) {
            $isGone = isset(((array) ($one['details'] ?? []))['gone']);
            if (!$isGone && in_array($one['code'], self::DENIALS, true)) {
                $codes[$one['code']] = true;
            }
        }
        foreach (array_keys($codes) as $code) {
            $this->note(self::DENIED, $user(), "$operation: $code");
        }
    }

    /** The newest entries, newest first. */
    public function newest(int $most): array
    {
        return $this->store->newest($most);
    }

    public function tidy(int $days): void
    {
        $this->store->tidy(($this->clock)() - $days * 86400, self::LENGTH);
    }
}
