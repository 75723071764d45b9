<?php

namespace MailConnector\Crm;

use MailConnector\Licence;
use MailConnector\NewRecords;
use MailConnector\Policy;
use MailConnector\Proxies;
use MailConnector\Redirects;
use MailConnector\Secret;
use MailConnector\SecurityLog;
use MailConnector\Version;

/** The settings page "Outlook Mail Connector": licence, seats, sign-in, devices, link test. Administrators only. */
final class AdministrationPage extends Page
{
    use LogTable;

    /** The settings of each form. */
    private const SETTINGS = [
        'installation' => ['installation'],
        'licence' => ['licence'],
        'create' => ['create'],
        'signin' => ['redirects', 'proxies', 'session_hours', 'stay_days', 'device_days', 'log_days', 'password'],
    ];

    private const PAGE = 'index.php?module=MailConnector&amp;action=Administration&amp;parenttab=Settings';
    private const FRAMES = ['iframe', 'frame', 'fencedframe', 'embed', 'object'];

    /** The CRM's own style makes controls too small to be hit. */
    private const STYLE = '<style>#mailconnector :is(button,select,label,input:not([type=checkbox])){min-height:24px}#mailconnector label{display:inline-block}#mailconnector textarea{max-width:100%}</style>';

    private string $message = '';
    /** The form that was refused: it shows what was typed, and the field that is wrong. */
    private string $refused = '';
    private string $wrong = '';

    public function run(): void
    {
        global $current_user;
        if (!is_admin($current_user)) {
            echo '<p>' . self::html('LBL_ADMINISTRATORS_ONLY') . '</p>';
            return;
        }
        if (!headers_sent()) {
            header('X-Frame-Options: DENY');
            header("Content-Security-Policy: frame-ancestors 'none'");
        }
        // The CRM's menus stand before this page, and mostly its headers have gone out with them.
        $framed = '<p id="mailconnector-framed">' . self::html('LBL_FRAMED') . ' <a target="_top" href="' . self::PAGE . '">' . self::html('LBL_OPEN') . '</a></p>';
        if (in_array($_SERVER['HTTP_SEC_FETCH_DEST'] ?? '', self::FRAMES, true)) {
            echo $framed;
            return;
        }
        if ($this->wasSent('administration')) {
            $change = self::posted('change');
            $this->message = $this->component->store->oneAtATime('settings', fn (): string => $this->change($change));
        }
        echo $framed . self::STYLE . '<div id="mailconnector" style="display:none;padding:1em 2em;max-width:60em"><h2>' . self::html('LBL_PRODUCT') . '</h2>'
            . ($this->message === '' ? '' : '<p role="alert" id="mailconnector-message"><strong>' . self::escape($this->message) . '</strong></p>')
            . $this->licence() . $this->signIn() . $this->creating() . $this->devices() . $this->linkTest() . $this->log() . '</div>'
            . "<script>if (self === top) { document.getElementById('mailconnector').style.display = 'block'; document.getElementById('mailconnector-framed').remove(); }</script>";
    }

    /** Do what a form asks for; returns what to tell. */
    private function change(string $change): string
    {
        $store = $this->component->store;
        if (!hash_equals($this->seen($change), self::posted('seen'))) {
            return self::text('LBL_CHANGED_MEANWHILE');
        }
        switch ($change) {
            case 'installation':
                preg_match('/^.{0,200}/su', self::posted('installation'), $name);
                $store->setSetting('installation', $name[0] ?? '');
                $this->note(SecurityLog::SETTINGS, 'installation');
                return self::text('LBL_SAVED');
            case 'licence':
                try {
                    $licence = $this->component->seats->activate(self::posted('key'));
                } catch (\InvalidArgumentException $error) {
                    $this->refuse('licence', 'key');
                    return self::text('LBL_KEY_' . strtoupper($error->getMessage()));
                }
                $this->note(SecurityLog::LICENCE, "$licence->number, $licence->until, $licence->users");
                return self::text('LBL_ACTIVATED');
            case 'signin':
                return $this->changeSignIn();
            case 'create':
                NewRecords::allow($store, array_filter(NewRecords::modules(), static fn (string $module): bool => self::posted("create_$module") === '1'));
                $this->note(SecurityLog::SETTINGS, 'create');
                return self::text('LBL_SAVED');
            case 'revoke':
                return $this->revoke((int) self::posted('device'));
            default:
                return '';
        }
    }

    private function changeSignIn(): string
    {
        try {
            $redirects = Redirects::parse(self::posted('redirects'));
        } catch (\InvalidArgumentException $error) {
            $this->refuse('signin', 'redirects');
            return self::text('LBL_NO_ADDRESS', [$error->getMessage()]);
        }
        try {
            $proxies = Proxies::parse(self::posted('proxies'));
        } catch (\InvalidArgumentException $error) {
            $this->refuse('signin', 'proxies');
            return self::text('LBL_NO_PROXY', [$error->getMessage()]);
        }
        foreach (Policy::names() as $name) {
            if (!Policy::isAcceptable($name, self::posted($name))) {
                $this->refuse('signin', $name);
                return self::text('LBL_NO_NUMBER', [self::text('LBL_' . strtoupper($name))]);
            }
        }
        $store = $this->component->store;
        $before = $this->settings('signin');
        $store->setSetting('redirects', implode("\n", $redirects));
        $store->setSetting('proxies', implode("\n", $proxies));
        foreach (Policy::names() as $name) {
            $store->setSetting($name, self::posted($name));
        }
        $password = self::posted('password');
        $store->setSetting('password', in_array($password, ['on', 'off'], true) ? $password : '');
        $this->note(SecurityLog::SETTINGS, implode(', ', array_keys(array_diff_assoc($this->settings('signin'), $before))));
        return self::text('LBL_SAVED');
    }

    private function refuse(string $form, string $field): void
    {
        $this->refused = $form;
        $this->wrong = $field;
    }

    /** The value of a field: what is stored or, where its form was refused, what was typed. */
    private function value(string $form, string $name, string $stored): string
    {
        return $this->refused === $form ? self::posted($name) : $stored;
    }

    /** What a field says of itself where it is wrong: it gets the focus, and the message stands for it. */
    private function mark(string $name): string
    {
        return $this->wrong === $name ? ' aria-invalid="true" aria-describedby="mailconnector-message" autofocus' : '';
    }

    private function revoke(int $number): string
    {
        foreach ($this->component->store->liveDevices(time()) as $device) {
            if ($device['id'] === $number) {
                $this->component->store->revoke($number);
                $this->note(SecurityLog::REVOKED, $device['name'], $device['user']);
            }
        }
        return self::text('LBL_REVOKED');
    }

    /** Note what the administrator who is signed in has done. */
    private function note(string $event, string $detail, int $user = 0): void
    {
        global $current_user;
        $this->component->log->note($event, $user, $detail, (int) $current_user->id);
    }

    /** The settings of a form. */
    private function settings(string $form): array
    {
        $names = self::SETTINGS[$form] ?? [];
        return array_combine($names, array_map([$this->component->store, 'setting'], $names));
    }

    /** What a form was made from: of two administrators who change the same, the second is told. */
    private function seen(string $form): string
    {
        return Secret::hash(json_encode($this->settings($form)));
    }

    private function form(string $change, string $content, string $label): string
    {
        return '<form method="post" action="' . self::PAGE . '">' . $this->guards('administration')
            . "<input type=\"hidden\" name=\"change\" value=\"$change\"><input type=\"hidden\" name=\"seen\" value=\"{$this->seen($change)}\">$content"
            . '<p><button type="submit" class="crmbutton small save">' . self::html($label) . '</button></p></form>';
    }

    private function licence(): string
    {
        $installation = $this->component->store->setting('installation') ?: $this->component->site->organization();
        $told = $this->component->seats->told();
        $state = self::html('LBL_STATE_' . strtoupper($this->component->seats->state()));
        $lines = "<p>$state</p>";
        if (isset($told['until'])) {
            $values = [$told['installation'], $told['until'], $told['seats_used'], $told['seats']];
            $lines .= '<p>' . self::html('LBL_LICENCE_TEXT', array_map('strval', $values)) . '</p>';
        }
        $request = Licence::request($installation, $this->component->site->url(), $told['seats'] ?? 1);
        return '<h3>' . self::html('LBL_LICENCE') . "</h3>$lines"
            . $this->form('installation', '<label>' . self::html('LBL_INSTALLATION')
                . ' <input name="installation" size="60" required value="' . self::escape($installation) . '"></label>', 'LBL_SAVE')
            . '<p><label>' . self::html('LBL_REQUEST') . '<br><textarea readonly rows="3" cols="90">' . self::escape($request)
            . '</textarea></label></p>'
            . $this->form('licence', '<label>' . self::html('LBL_KEY')
                . '<br><textarea name="key" rows="5" cols="90" required' . $this->mark('key') . '>' . self::escape($this->value('licence', 'key', ''))
                . '</textarea></label>', 'LBL_ACTIVATE');
    }

    private function signIn(): string
    {
        $store = $this->component->store;
        $redirects = self::escape($this->value('signin', 'redirects', implode("\n", $this->component->signIn->redirects())));
        $content = '<label>' . self::html('LBL_REDIRECTS') . "<br><textarea name=\"redirects\" rows=\"4\" cols=\"90\"{$this->mark('redirects')}>$redirects</textarea></label>";
        $proxies = self::escape($this->value('signin', 'proxies', $store->setting('proxies')));
        $content .= '<p><label>' . self::html('LBL_PROXIES', [$this->component->site->caller()])
            . "<br><textarea name=\"proxies\" rows=\"2\" cols=\"90\"{$this->mark('proxies')}>$proxies</textarea></label></p>";
        foreach (Policy::names() as $name) {
            $number = self::escape($this->value('signin', $name, (string) Policy::number($store, $name)));
            $content .= '<p><label>' . self::html('LBL_' . strtoupper($name)) . " <input name=\"$name\" size=\"4\" required value=\"$number\""
                . $this->mark($name) . '></label></p>';
        }
        $options = '';
        foreach (['' => 'LBL_PASSWORD_AUTO', 'on' => 'LBL_PASSWORD_ON', 'off' => 'LBL_PASSWORD_OFF'] as $value => $label) {
            $selected = $this->value('signin', 'password', $store->setting('password')) === $value ? ' selected' : '';
            $options .= "<option value=\"$value\"$selected>" . self::html($label) . '</option>';
        }
        $content .= '<p><label>' . self::html('LBL_PASSWORD') . " <select name=\"password\">$options</select></label></p>";
        return '<h3>' . self::html('LBL_SIGN_IN') . '</h3>' . $this->form('signin', $content, 'LBL_SAVE');
    }

    /** Of which modules users may make records from a mail. */
    private function creating(): string
    {
        $content = '';
        foreach (NewRecords::modules() as $module) {
            $checked = in_array($module, NewRecords::allowed($this->component->store), true) ? ' checked' : '';
            $content .= "<p><label><input type=\"checkbox\" name=\"create_$module\" value=\"1\"$checked> " . self::html('LBL_CREATE_' . strtoupper($module)) . '</label></p>';
        }
        return '<h3>' . self::html('LBL_CREATE') . '</h3>' . $this->form('create', $content, 'LBL_SAVE');
    }

    private function devices(): string
    {
        $rows = '';
        foreach ($this->component->store->liveDevices(time()) as $device) {
            $account = $this->component->accounts->byId($device['user']);
            $times = $this->component->sessions->times($device);
            $since = $this->component->sessions->time($device['opened'] ?: $device['created']);
            $cells = [$account['full_name'] ?? '', $device['name'], self::moment($since), self::moment($times['expires'])];
            $field = '<input type="hidden" name="device" value="' . $device['id'] . '">';
            $rows .= '<tr><td>' . implode('</td><td>', array_map([self::class, 'escape'], $cells)) . '</td><td>'
                . $this->form('revoke', $field, 'LBL_REVOKE') . '</td></tr>';
        }
        $heads = '';
        foreach (['LBL_USER', 'LBL_DEVICE', 'LBL_SINCE', 'LBL_EXPIRES'] as $label) {
            $heads .= '<th align="left">' . self::html($label) . '</th>';
        }
        return '<h3>' . self::html('LBL_DEVICES') . "</h3><table cellpadding=\"5\"><tr>$heads<td></td></tr>$rows</table>";
    }

    /** A button that calls the component the way the pane does, and tells whether answer and header arrive. */
    private function linkTest(): string
    {
        $texts = [];
        foreach (['LBL_TEST_GOOD', 'LBL_TEST_HEADER', 'LBL_TEST_BAD'] as $label) {
            $texts[] = self::text($label);
        }
        $json = json_encode($texts, JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT);
        $url = json_encode(rtrim($this->component->site->url(), '/') . '/restapi/v1/vtews/mailconnectormail', JSON_HEX_TAG);
        $script = <<<JS
            document.getElementById('mailconnector-test').addEventListener('click', function () {
                var texts = $json, out = document.getElementById('mailconnector-result');
                out.textContent = '…';
                fetch($url, {
                    method: 'POST', credentials: 'omit', body: '{}',
                    headers: {'Content-Type': 'application/json', 'Authorization': 'Bearer mct1_link-test'}
                }).then(function (answer) { return answer.json(); }).then(function (answer) {
                    var reason = answer.data && answer.data.details && answer.data.details.reason;
                    out.textContent = reason === 'unknown' ? texts[0] : reason === 'missing' ? texts[1] : texts[2];
                }).catch(function () { out.textContent = texts[2]; });
            });
JS;
        return '<h3>' . self::html('LBL_TEST') . '</h3><p><button type="button" id="mailconnector-test">' . self::html('LBL_TEST_START')
            . '</button> <span id="mailconnector-result" role="status"></span></p><p><small>'
            . self::escape(Version::COMPONENT) . "</small></p><script>$script</script>";
    }
}
