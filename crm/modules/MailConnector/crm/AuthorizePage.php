<?php

namespace MailConnector\Crm;

use MailConnector\PageRequest;
use MailConnector\Policy;
use MailConnector\Redirects;
use MailConnector\Refusal;

/** The sign-in page: asks the signed-in user whether a pane may act for them, and goes back to it with a code. */
final class AuthorizePage extends Page
{
    /** It looks like the pane (pane/css/theme.css), and fits the small window in which Outlook shows it. */
    private const STYLE = ':root{color-scheme:light dark}*{box-sizing:border-box}'
        . 'body{margin:0;font:14px/1.43 "Segoe UI",-apple-system,Roboto,"Helvetica Neue",Arial,sans-serif;background:#fff;color:#242424;overflow-wrap:anywhere}'
        . 'main{max-width:30rem;margin:0 auto;padding:1rem}h1{margin:0 0 .75rem;font-size:1rem}p,dl{margin:0 0 .75rem}'
        . 'dl{padding:.75rem;border-radius:6px;background:#f7f7f7}dt{font-weight:600}dd{margin:0 0 .5rem}dd:last-child{margin:0}'
        . 'form{display:flex;flex-wrap:wrap;gap:.5rem}button{min-height:2rem;padding:.25rem 1rem;border:1px solid #d1d1d1;border-radius:4px;'
        . 'background:#fff;color:inherit;font:inherit;font-weight:600;cursor:pointer}.primary{border-color:transparent;background:#0f6cbd;color:#fff}'
        . 'button:focus-visible{outline:2px solid currentColor;outline-offset:2px}'
        . '@media(prefers-color-scheme:dark){body{background:#1f1f1f;color:#fff}dl{background:#292929}button{border-color:#525252;background:#242424}'
        . '.primary{background:#115ea3}}'
        . '@media(forced-colors:active){.primary{forced-color-adjust:none;border-color:ButtonText;background:Highlight;color:HighlightText}}';

    public function run(): void
    {
        global $current_user;
        while (ob_get_level() > 0 && ob_end_clean()) {
            continue;
        }
        if (headers_sent()) {
            // The page would stand there without its headers, which keep it out of frames and caches.
            echo '<p>' . self::html('LBL_TOO_LATE') . '</p>';
            exit;
        }
        $request = PageRequest::from($_GET, $this->component->signIn->redirects(), $this->component->site->url());
        $account = $this->component->accounts->byId((int) $current_user->id);
        if ($request === null || $account === null || !$account['active']) {
            $this->show(400, self::text('LBL_NOT_ALLOWED'), '<p>' . self::html('LBL_NOT_ALLOWED_TEXT') . '</p>', '');
        }
        try {
            $check = fn () => $request->check($this->component->seats, $account['id']);
            $this->component->log->watch(static fn (): int => $account['id'], $check);
        } catch (Refusal $refusal) {
            $this->leave($request->back(['error' => $refusal->name]), $request->redirect);
        }
        if (!$this->wasSent('consent')) {
            $this->ask($request, $account);
        }
        if (self::posted('decision') !== 'allow') {
            $this->leave($request->back(['error' => 'access_denied']), $request->redirect);
        }
        $code = $this->component->signIn->grant($account, $request);
        $this->leave($request->back(['code' => $code]), $request->redirect);
    }

    private function ask(PageRequest $request, array $account): void
    {
        $action = self::escape('index.php?' . http_build_query($request->query(), '', '&', PHP_QUERY_RFC3986));
        $origin = Redirects::origin($request->redirect);
        $question = self::html('LBL_CONSENT', [$origin, $account['full_name'], $account['name']]);
        $store = $this->component->store;
        $lasting = $request->stay
            ? self::html('LBL_CONSENT_STAY', [(string) Policy::number($store, 'stay_days'), (string) Policy::number($store, 'device_days')])
            : self::html('LBL_CONSENT_SESSION', [(string) Policy::number($store, 'session_hours')]);
        $device = $request->device === '' ? '' : '<dt>' . self::html('LBL_DEVICE') . '</dt><dd>' . self::escape($request->device) . '</dd>';
        $content = "<p>$question</p><dl><dt>" . self::html('LBL_CONSENT_WHAT') . '</dt><dd>' . self::html('LBL_CONSENT_MAY') . "</dd>$device"
            . '<dt>' . self::html('LBL_CONSENT_HOW_LONG') . "</dt><dd>$lasting</dd></dl>"
            . "<form method=\"post\" action=\"$action\">" . $this->guards('consent')
            . '<button class="primary" name="decision" value="allow">' . self::html('LBL_ALLOW') . '</button>'
            . '<button name="decision" value="deny">' . self::html('LBL_CANCEL') . '</button></form>';
        $this->show(200, self::text('LBL_PRODUCT'), $content, $origin);
    }

    /** Go back to the pane. Ends the request. */
    private function leave(string $address, string $redirect): void
    {
        $this->headers(303, Redirects::origin($redirect));
        header("Location: $address");
        exit;
    }

    /** Show a page of its own, without the CRM's menus. Ends the request. */
    private function show(int $status, string $title, string $content, string $origin): void
    {
        $this->headers($status, $origin);
        $title = self::escape($title);
        $language = preg_match('/^[a-z]{2}/', (string) ($GLOBALS['current_language'] ?? ''), $found) ? $found[0] : 'en';
        echo "<!doctype html><html lang=\"$language\"><head><meta charset=\"utf-8\"><title>$title</title>"
            . '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">'
            . '<style>' . self::STYLE . "</style></head><body><main><h1>$title</h1>$content</main></body></html>";
        exit;
    }

    private function headers(int $status, string $origin): void
    {
        http_response_code($status);
        header('Content-Type: text/html; charset=utf-8');
        header('X-Frame-Options: DENY');
        header('X-Content-Type-Options: nosniff');
        header('Referrer-Policy: no-referrer');
        header('Cache-Control: no-store');
        // form-action holds for the redirect after the form, too.
        header("Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
            . "frame-ancestors 'none'; form-action 'self' $origin");
    }
}
