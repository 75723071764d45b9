<?php

namespace MailConnector\Crm;

use MailConnector\PageRequest;
use MailConnector\Redirects;
use MailConnector\Refusal;

/** The sign-in page: asks the signed-in user whether a pane may act for them, and goes back to it with a code. */
final class AuthorizePage extends Page
{
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
        $content = "<p>$question</p><form method=\"post\" action=\"$action\">" . $this->guards('consent')
            . '<button name="decision" value="allow">' . self::html('LBL_ALLOW') . '</button> '
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
        echo "<!doctype html><html><head><meta charset=\"utf-8\"><title>$title</title>"
            . '<meta name="viewport" content="width=device-width"><style>body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;'
            . 'margin:3rem auto;padding:0 1rem}button{font:inherit;padding:.4rem 1rem}</style></head>'
            . "<body><h1>$title</h1>$content</body></html>";
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
