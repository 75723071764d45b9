<?php

namespace MailConnector;

/** The licence that is activated on this CRM, and the seats that it gives. */
final class Seats
{
    private Store $store;
    private Installation $crm;
    private array $publicKeys;
    /** @var callable returns Unix seconds */
    private $clock;

    public function __construct(Store $store, Installation $crm, array $publicKeys, callable $clock)
    {
        $this->store = $store;
        $this->crm = $crm;
        $this->publicKeys = $publicKeys;
        $this->clock = $clock;
    }

    /** The licence, an expired one too; null where there is none for this installation. */
    public function licence(): ?Licence
    {
        try {
            $licence = Licence::read($this->store->setting('licence'), $this->publicKeys);
        } catch (\InvalidArgumentException $error) {
            return null;
        }
        $fits = $licence->misfit($this->store->setting('installation'), $this->crm->url()) === '';
        return $fits ? $licence : null;
    }

    /**
     * Activate a licence key. Throws InvalidArgumentException with what is wrong: unreadable, signature, content,
     * installation, crm_url or expired; then everything stays as it was.
     */
    public function activate(string $key): Licence
    {
        $licence = Licence::read($key, $this->publicKeys);
        $misfit = $licence->misfit($this->store->setting('installation'), $this->crm->url());
        if ($misfit !== '' || $licence->isOver($this->today())) {
            throw new \InvalidArgumentException($misfit === '' ? 'expired' : $misfit);
        }
        $this->store->setSetting('licence', preg_replace('/\s+/', '', $key));
        return $licence;
    }

    /** Throw unless a licence is active. */
    public function checkLicence(): Licence
    {
        $licence = $this->licence();
        if ($licence === null) {
            throw new Refusal('licence_missing', 'No licence is activated for this CRM.');
        }
        if ($licence->isOver($this->today())) {
            throw new Refusal('licence_expired', 'The licence has expired.', ['until' => $licence->until]);
        }
        return $licence;
    }

    /** Throw where the user holds no seat and none is free. */
    public function checkSeat(int $user): void
    {
        $seats = $this->checkLicence()->users;
        $users = $this->users();
        if (!isset($users[$user]) && count($users) >= $seats) {
            throw new Refusal('no_seat', 'No seat of the licence is free.', ['seats' => $seats]);
        }
    }

    /** What a stranger is told. */
    public function state(): string
    {
        $licence = $this->licence();
        if ($licence === null) {
            return 'missing';
        }
        if ($licence->isOver($this->today())) {
            return 'expired';
        }
        return count($this->users()) >= $licence->users ? 'seats_exhausted' : 'active';
    }

    /** What somebody who is signed in is told. */
    public function told(): array
    {
        $licence = $this->licence();
        $state = $this->state();
        $told = ['state' => $state === 'seats_exhausted' ? 'active' : $state];
        return $licence === null ? $told : $told + [
            'installation' => $licence->installation,
            'until' => $licence->until,
            'seats' => $licence->users,
            'seats_used' => count($this->users()),
        ];
    }

    /** The numbers of the users who hold a seat, as keys. */
    private function users(): array
    {
        return array_flip(array_map('intval', array_column($this->store->liveDevices(($this->clock)()), 'user')));
    }

    private function today(): string
    {
        $now = new \DateTimeImmutable('@' . ($this->clock)());
        return $now->setTimezone(new \DateTimeZone($this->crm->timeZone()))->format('Y-m-d');
    }
}
