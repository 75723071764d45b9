<?php

namespace MailConnector\Crm;

use MailConnector\Operations;
use MailConnector\PageOnly;
use MailConnector\SecondFactor;
use MailConnector\Seats;
use MailConnector\SecurityLog;
use MailConnector\Sessions;
use MailConnector\SignIn;
use MailConnector\Version;

/** Puts the parts together for a request to the CRM. */
final class Component
{
    public Database $store;
    public Site $site;
    public Accounts $accounts;
    public SecurityLog $log;
    public Seats $seats;
    public Sessions $sessions;
    public SignIn $signIn;

    public function __construct()
    {
        $clock = 'time';
        $this->store = new Database();
        $this->site = new Site();
        $this->accounts = new Accounts();
        $this->seats = new Seats($this->store, $this->site, require dirname(__DIR__) . '/keys.php', $clock);
        $this->log = new SecurityLog(new LogDatabase(), $this->site, $clock);
        $this->sessions = new Sessions($this->store, $this->accounts, $this->site, $this->seats, $this->log, $clock);
        $this->signIn = new SignIn(
            $this->store,
            $this->accounts,
            $this->site,
            $this->seats,
            $this->sessions,
            $this->log,
            $this->secondFactor($clock),
            $clock
        );
    }

    /** Answer an operation of the REST layer. */
    public static function answer(string $operation): array
    {
        self::keepUnstored();
        $component = new self();
        $mails = new Mails();
        $operations = new Operations(
            $component->site,
            $component->seats,
            $component->sessions,
            $component->signIn,
            $mails,
            new Records($mails),
            new Forms(),
            $component->store,
            $component->log,
            'time'
        );
        // The layer puts a JSON body into $_POST, a form is there anyway.
        $given = is_array($_POST ?? null) && $_POST !== [] ? $_POST : [];
        $origin = is_string($_SERVER['HTTP_ORIGIN'] ?? null) ? $_SERVER['HTTP_ORIGIN'] : '';
        return $operations->run($operation, $given, self::authorization(), $origin, is_array($_FILES ?? null) ? $_FILES : []);
    }

    /** Answers hold tokens and what a user may see: nothing on the way may keep one. */
    public static function keepUnstored(): void
    {
        if (!headers_sent()) {
            header('Cache-Control: no-store');
        }
    }

    /** The Authorization header, wherever the web server put it. */
    private static function authorization(): string
    {
        foreach (['HTTP_AUTHORIZATION', 'REDIRECT_HTTP_AUTHORIZATION', 'REDIRECT_REDIRECT_HTTP_AUTHORIZATION'] as $name) {
            if (isset($_SERVER[$name]) && is_string($_SERVER[$name]) && $_SERVER[$name] !== '') {
                return $_SERVER[$name];
            }
        }
        foreach (function_exists('getallheaders') ? (getallheaders() ?: []) : [] as $name => $value) {
            if (strtolower($name) === 'authorization') {
                return (string) $value;
            }
        }
        return '';
    }

    /**
     * The second factor: the installation's own hook, else none, else the sign-in page. A CRM that has a second factor of
     * its own must not be entered past it, so there the password alone is taken only where an administrator says so.
     */
    private function secondFactor(callable $clock): SecondFactor
    {
        $hook = dirname(__DIR__) . '/custom/SecondFactor.php';
        if (is_file($hook)) {
            $make = require $hook;
            return $make($this->store, $clock);
        }
        $asked = $this->store->setting('password') !== 'on';
        return new PageOnly($asked && Version::hasSecondFactor($this->site->version()['version']));
    }
}
