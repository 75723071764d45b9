<?php

namespace MailConnector;

/** A request to the sign-in page, and where it goes back to. */
final class PageRequest
{
    public string $redirect;
    public string $state;
    public string $challenge = '';
    public string $device = '';
    public string $pane = '';
    public bool $stay = false;
    private string $issuer = '';

    /**
     * Read the query of the page of this CRM. Null where it names no allowed address or no state: then nothing may go anywhere.
     */
    public static function from(array $query, array $allowed, string $crmUrl): ?self
    {
        $text = static function (string $name) use ($query): string {
            $value = $query[$name] ?? '';
            return is_string($value) ? $value : '';
        };
        $request = new self();
        $request->issuer = Licence::plainUrl($crmUrl);
        $request->redirect = $text('redirect_uri');
        $request->state = $text('state');
        $request->challenge = $text('code_challenge');
        $request->device = Sessions::cut($text('device'));
        $request->pane = substr($text('pane'), 0, 40);
        $request->stay = $text('stay') === '1';
        $method = $text('code_challenge_method');
        if (!Redirects::allows($allowed, $request->redirect) || !preg_match('/^[A-Za-z0-9_-]{16,128}$/D', $request->state)) {
            return null;
        }
        if ($text('contract') !== (string) Answer::CONTRACT || $method !== Pkce::METHOD) {
            $request->challenge = '';
        }
        return $request;
    }

    /** Throw where the request is incomplete, or this pane or user can't sign in. */
    public function check(Seats $seats, int $user): void
    {
        if (!Pkce::isChallenge($this->challenge)) {
            throw new Refusal('request_invalid', 'The request for a code is incomplete.');
        }
        Version::check($this->pane);
        $seats->checkSeat($user);
    }

    /** The address to go back to with an answer, which stands in the fragment, and names the CRM that gives it (RFC 9207). */
    public function back(array $answer): string
    {
        return $this->redirect . '#' . http_build_query($answer + ['iss' => $this->issuer, 'state' => $this->state], '', '&', PHP_QUERY_RFC3986);
    }

    /** The query that leads to the same page again. */
    public function query(): array
    {
        return [
            'module' => 'MailConnector', 'action' => 'Authorize', 'contract' => (string) Answer::CONTRACT,
            'redirect_uri' => $this->redirect, 'state' => $this->state, 'code_challenge' => $this->challenge,
            'code_challenge_method' => Pkce::METHOD, 'device' => $this->device, 'stay' => $this->stay ? '1' : '',
            'pane' => $this->pane, 'skip_vte_header' => 'true', 'skip_footer' => '1',
        ];
    }
}
