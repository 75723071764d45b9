<?php

namespace MailConnector;

/** The nine operations, each with its envelope. */
final class Operations
{
    private Installation $crm;
    private Seats $seats;
    private Sessions $sessions;
    private SignIn $signIn;
    private StockOperations $stock;
    private MailLinks $links;
    /** @var callable returns Unix seconds */
    private $clock;
    private float $relateSeconds;

    public function __construct(
        Installation $crm,
        Seats $seats,
        Sessions $sessions,
        SignIn $signIn,
        StockOperations $stock,
        MailLinks $links,
        callable $clock,
        float $relateSeconds = Relations::SECONDS
    ) {
        $this->crm = $crm;
        $this->seats = $seats;
        $this->sessions = $sessions;
        $this->signIn = $signIn;
        $this->stock = $stock;
        $this->links = $links;
        $this->clock = $clock;
        $this->relateSeconds = $relateSeconds;
    }

    /** Run an operation by its name: parameters as given, the Authorization and the Origin header. */
    public function run(string $name, array $given, string $authorization, string $origin): array
    {
        $parameters = new Parameters($given);
        $token = Secret::bearer($authorization);
        return Answer::of(function () use ($name, $parameters, $token, $origin) {
            switch ($name) {
                case 'mailconnectorstatus':
                    return $this->status($token);
                case 'mailconnectorlogin':
                    return $this->signIn->byPassword($parameters);
                case 'mailconnectortoken':
                    return $this->signIn->byCode($parameters, $origin);
                case 'mailconnectorcall':
                    return (new Calls($this->stock))->run($parameters, $this->licensed($token));
                case 'mailconnectorrelate':
                    $relations = new Relations($this->stock, $this->licensed($token), $this->relateSeconds);
                    $relations->make($parameters->ids('sources'), $parameters->ids('targets'));
                    return $relations->told();
                case 'mailconnectorlink':
                    $user = $this->licensed($token);
                    return (new WholeMail($this->stock, $this->links, $user, $this->relateSeconds))->link($parameters);
                case 'mailconnectorfind':
                    $user = $this->licensed($token);
                    return (new Finder($this->stock, $this->links, $this->sessions, $user))->find($parameters);
                case 'mailconnectorrenew':
                    $this->sessions->behind($token);
                    Version::check($parameters->text('pane'));
                    $this->seats->checkLicence();
                    return $this->sessions->renew($token);
                case 'mailconnectorlogout':
                    return ['revoked' => $this->sessions->close($token)];
                default:
                    throw new \LogicException("There is no operation $name.");
            }
        });
    }

    /** The number of the token's user, while there is a licence. */
    private function licensed(string $token): int
    {
        [$account] = $this->sessions->behind($token);
        $this->seats->checkLicence();
        return $account['id'];
    }

    private function status(string $token): array
    {
        $status = [
            'component' => Version::COMPONENT,
            'crm' => $this->crm->version(),
            'pane' => ['minimum' => Version::PANE_MINIMUM, 'maximum' => Version::PANE_MAXIMUM],
            'licence' => ['state' => $this->seats->state()],
            'sign_in' => $this->signIn->methods(),
            'server_time' => $this->sessions->time(($this->clock)()),
            'time_zone' => $this->crm->timeZone(),
            'limits' => $this->crm->limits(),
            'operations' => Calls::ALLOWED,
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
