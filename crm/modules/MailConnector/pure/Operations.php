<?php

namespace MailConnector;

/** The operations, each with its envelope. */
final class Operations
{
    private const TIDY_SECONDS = 900;
    /** Operations that have parameters. PHP drops a body over its post_max_size; the token, a header, still arrives. */
    private const NEVER_EMPTY = [
        'mailconnectormail', 'mailconnectorlink', 'mailconnectorfile', 'mailconnectorfill', 'mailconnectorrelate', 'mailconnectortakeback',
        'mailconnectorcomment',
        'mailconnectorsearch', 'mailconnectorrecord', 'mailconnectorcreate', 'mailconnectoraddaddress',
    ];

    private Installation $crm;
    private Seats $seats;
    private Sessions $sessions;
    private SignIn $signIn;
    private Mails $mails;
    private Records $records;
    private Forms $forms;
    private Store $store;
    private SecurityLog $log;
    /** @var callable returns Unix seconds */
    private $clock;
    private float $relateSeconds;
    /** @var int the number of the token's user, once it is known */
    private int $user = 0;

    public function __construct(
        Installation $crm,
        Seats $seats,
        Sessions $sessions,
        SignIn $signIn,
        Mails $mails,
        Records $records,
        Forms $forms,
        Store $store,
        SecurityLog $log,
        callable $clock,
        float $relateSeconds = Relating::SECONDS
    ) {
        $this->crm = $crm;
        $this->seats = $seats;
        $this->sessions = $sessions;
        $this->signIn = $signIn;
        $this->mails = $mails;
        $this->records = $records;
        $this->forms = $forms;
        $this->store = $store;
        $this->log = $log;
        $this->clock = $clock;
        $this->relateSeconds = $relateSeconds;
    }

    /** Run an operation by its name: parameters as given, the Authorization and the Origin header, the files as PHP took them. */
    public function run(string $name, array $given, string $authorization, string $origin, array $files = []): array
    {
        $parameters = new Parameters($given);
        $token = Secret::bearer($authorization);
        $this->tidy();
        $user = fn (): int => $this->user;
        return Answer::of(fn (): array => $this->log->watchRights($name, $user, fn (): array => $this->work($name, $parameters, $token, $origin, $files)));
    }

    private function work(string $name, Parameters $parameters, string $token, string $origin, array $files): array
    {
        if ($parameters->none() && in_array($name, self::NEVER_EMPTY, true)) {
            $this->licensed($token);
            throw new Refusal('request_empty', 'Nothing of the request arrived: it was larger than the server takes.');
        }
        switch ($name) {
            case 'mailconnectorstatus':
                return $this->status($token);
            case 'mailconnectorlogin':
                return $this->signIn->byPassword($parameters);
            case 'mailconnectortoken':
                return $this->signIn->byCode($parameters, $origin);
            case 'mailconnectormail':
                return $this->own($token)->read($parameters);
            case 'mailconnectorfile':
                return $this->linking($token)->file($parameters, $files);
            case 'mailconnectorfill':
                return $this->linking($token)->fill($parameters);
            case 'mailconnectortakeback':
                return (new TakingBack($this->own($token), $this->store))->take($parameters);
            case 'mailconnectorcomment':
                return (new Commenting($this->own($token), $this->store, $this->clock))->comment($parameters);
            case 'mailconnectorrelate':
                return $this->linking($token)->relate($parameters);
            case 'mailconnectorlink':
                return $this->linking($token)->link($parameters, $files);
            case 'mailconnectorsearch':
                return (new Looking($this->own($token), $this->records))->search($parameters);
            case 'mailconnectorrecord':
                return $this->record($token, $parameters);
            case 'mailconnectorforms':
                return $this->newRecords($token)->told();
            case 'mailconnectorcreate':
                return $this->newRecords($token)->create($parameters);
            case 'mailconnectoraddaddress':
                return $this->newAddress($this->own($token))->add($parameters);
            case 'mailconnectorfind':
                return $this->find($token, $parameters);
            case 'mailconnectorrenew':
                $this->sessions->behind($token);
                Version::check($parameters->text('pane'));
                $this->seats->checkLicence();
                return $this->sessions->renew($token);
            case 'mailconnectordevices':
                return (new OwnDevices($this->store, $this->sessions, $this->log, $this->clock))->told($token);
            case 'mailconnectorrevoke':
                return (new OwnDevices($this->store, $this->sessions, $this->log, $this->clock))->revoke($token, $parameters);
            case 'mailconnectorlogout':
                return ['revoked' => $this->sessions->close($token)];
            default:
                throw new \LogicException("There is no operation $name.");
        }
    }

    /** Forget what is of no use any more: with any call, so that nothing grows where nobody signs in. */
    private function tidy(): void
    {
        $now = ($this->clock)();
        if ($now - (int) $this->store->setting('tidied') >= self::TIDY_SECONDS) {
            $this->store->setSetting('tidied', (string) $now);
            $this->store->tidy($now);
            $this->log->tidy(Policy::number($this->store, 'log_days'));
        }
    }

    /** The number of the token's user, while there is a licence. */
    private function licensed(string $token): int
    {
        [$account] = $this->sessions->behind($token);
        $this->seats->checkLicence();
        return $this->user = $account['id'];
    }

    private function own(string $token): OwnMails
    {
        return new OwnMails($this->mails, $this->store, $this->crm, $this->licensed($token));
    }

    private function find(string $token, Parameters $given): array
    {
        [$account] = $this->sessions->behind($token);
        $found = (new Finding($this->own($token), $this->records, $this->sessions, $this->store))->find($given);
        if ($given->text('first') !== '1') {
            return $found;
        }
        $modules = [];
        foreach (array_diff_key($this->records->modules(), array_flip(Targets::NEVER)) as $name => $labels) {
            $modules[] = ['name' => $name] + $labels;
        }
        return $found + [
            'modules' => $modules, 'comments' => $this->mails->commentable(), 'limits' => $this->crm->limits(), 'user' => $this->sessions->userTold($account),
            'crm' => ['name' => $this->store->setting('installation'), 'time_zone' => $this->crm->timeZone()],
        ];
    }

    private function record(string $token, Parameters $given): array
    {
        $own = $this->own($token);
        return (new Looking($own, $this->records))->record($given) + ['takes_address' => $this->newAddress($own)->takes($given->id('id'))];
    }

    private function newAddress(OwnMails $own): NewAddress
    {
        return new NewAddress($own, $this->records, $this->forms, $this->store);
    }

    private function newRecords(string $token): NewRecords
    {
        return new NewRecords($this->own($token), $this->records, $this->forms, $this->store, $this->clock);
    }

    private function linking(string $token): Linking
    {
        return new Linking($this->own($token), $this->store, $this->crm, $this->clock, $this->relateSeconds);
    }

    private function status(string $token): array
    {
        $status = [
            'component' => Version::COMPONENT,
            'crm' => $this->crm->version() + ['url' => Licence::plainUrl($this->crm->url())],
            'pane' => ['minimum' => Version::PANE_MINIMUM, 'maximum' => Version::PANE_MAXIMUM],
            'licence' => ['state' => $this->seats->state()],
            'sign_in' => $this->signIn->methods(),
            'server_time' => $this->sessions->time(($this->clock)()),
            'time_zone' => $this->crm->timeZone(),
            'limits' => $this->crm->limits(),
            'signed_in' => false,
        ];
        try {
            [$account, $device] = $this->sessions->behind($token);
        } catch (Refusal $refusal) {
            return $status;
        }
        return [
            'signed_in' => true,
            'licence' => $this->seats->told(),
            'user' => $this->sessions->userTold($account),
            'token' => $this->sessions->times($device),
        ] + $status;
    }
}
