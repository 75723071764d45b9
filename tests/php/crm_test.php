<?php
/** The part of the component that touches the CRM, over stand-ins of the CRM's functions. */

use MailConnector\Crm\Accounts;
use MailConnector\Crm\AdministrationPage;
use MailConnector\Crm\Component;
use MailConnector\Crm\Registration;
use MailConnector\Crm\Site;

require __DIR__ . '/crm_stubs.php';

/** A folder that looks like the CRM's root, to which the component's includes are relative. */
function crm_root(): void
{
    static $root = null;
    if ($root === null) {
        $root = sys_get_temp_dir() . '/mail-connector-' . bin2hex(random_bytes(6));
        foreach (['include/Webservices/Utils.php', 'include/Webservices/WebServiceError.php', 'vtlib/Vtecrm/SettingsBlock.php', 'vtlib/Vtecrm/SettingsField.php', 'vtlib/Vtecrm/Utils.php'] as $file) {
            is_dir(dirname("$root/$file")) || mkdir(dirname("$root/$file"), 0700, true);
            file_put_contents("$root/$file", '<?php');
        }
        file_put_contents("$root/vteversion.php", "<?php \$enterprise_current_version = '20.04.3'; \$enterprise_current_build = '2219';");
        register_shutdown_function(static function () use ($root): void {
            chdir(sys_get_temp_dir());
            foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($root, FilesystemIterator::SKIP_DOTS), RecursiveIteratorIterator::CHILD_FIRST) as $entry) {
                $entry->isDir() ? rmdir((string) $entry) : unlink((string) $entry);
            }
            rmdir($root);
        });
    }
    chdir($root);
}

/** A CRM as new. */
function crm_fresh(): PearDatabase
{
    crm_root();
    $GLOBALS['crm'] = ['passwords' => ['agent' => 'right'], 'records' => [], 'seen' => [], 'operations' => []];
    $GLOBALS['table_prefix'] = 'vte';
    $GLOBALS['default_timezone'] = 'Europe/Rome';
    $GLOBALS['site_URL'] = 'https://crm.example.com/crm';
    $GLOBALS['upload_maxsize'] = 3000000;
    $_SERVER['REQUEST_METHOD'] = 'GET';
    $_GET = $_POST = [];
    return $GLOBALS['adb'] = new PearDatabase();
}

function user_row(array $changes = []): array
{
    return $changes + [
        'id' => '5', 'user_name' => 'agent', 'first_name' => 'Luca', 'last_name' => 'Conti', 'status' => 'Active', 'deleted' => '0',
        'default_language' => 'it_it', 'user_timezone' => 'Europe/Rome', 'user_password' => crypt('right', '$1$ag000000$'), 'accesskey' => 'k', 'use_ldap' => '0',
    ];
}

function test_the_crm_checks_passwords(): void
{
    $adb = crm_fresh();
    $adb->answers = [['/_users/', [user_row()]]];
    $accounts = new Accounts();
    same('right', $accounts->check('agent', 'right'));
    same('wrong', $accounts->check('agent', 'wrong'));
    same([false], array_unique($GLOBALS['crm']['counted']), 'the CRM counts by an address that the caller chooses');
}

function test_only_the_right_password_tells_that_a_user_is_inactive(): void
{
    $adb = crm_fresh();
    $GLOBALS['crm']['passwords'] = [];
    $adb->answers = [['/_users/', [user_row(['status' => 'Inactive'])]]];
    same('inactive', (new Accounts())->check('agent', 'right'));
    same('wrong', (new Accounts())->check('agent', 'other'));
    $adb->answers = [];
    same('wrong', (new Accounts())->check('nobody', 'right'));
}

function test_a_name_is_a_users_who_is_there_and_letter_by_letter(): void
{
    $adb = crm_fresh();
    $accounts = new Accounts();
    $deleted = user_row(['id' => '3', 'deleted' => '1', 'user_password' => crypt('old', '$1$ag000000$')]);
    $adb->answers = [['/_users/', static function () use (&$rows): array {
        return $rows;
    }]];
    $rows = [$deleted, user_row(['id' => '4', 'user_name' => 'Agent']), user_row()];
    same(5, $accounts->byName('agent')['id']);
    same(null, $accounts->byName('AGENT'));
    $rows = [$deleted];
    same(null, $accounts->byName('agent'));
    $rows = [user_row(), user_row(['id' => '6'])];
    same(null, $accounts->byName('agent'), 'two of one name');
    $rows = [$deleted, user_row()];
    $GLOBALS['crm']['passwords']['agent'] = 'old';
    same('wrong', $accounts->check('agent', 'old'), "a deleted user's password");
}

function test_a_password_that_the_crms_page_refuses_is_for_the_page(): void
{
    $adb = crm_fresh();
    $accounts = new Accounts();
    $date = static fn (string $when): array => [['last_change_pwd' => $when === '' ? '0000-00-00 00:00:00' : date('Y-m-d H:i:s', strtotime($when))]];
    $row = user_row();
    $dates = [];
    $adb->answers = [
        ['/vte_check_pwd/', static function () use (&$dates): array {
            return $dates;
        }],
        ['/_users/', static function () use (&$row): array {
            return [$row];
        }],
    ];
    same('right', $accounts->check('agent', 'right'));
    $dates = $date('-89 days');
    same('right', $accounts->check('agent', 'right'));
    $dates = $date('-93 days');
    same('page', $accounts->check('agent', 'right'));
    same('wrong', $accounts->check('agent', 'wrong'));
    $dates = $date('');
    same('page', $accounts->check('agent', 'right'));
    $row = user_row(['use_ldap' => '1']);
    same('right', $accounts->check('agent', 'right'), 'LDAP has rules of its own');
    $row = user_row();
    $dates = $date('-1 day');
    $GLOBALS['crm']['too_simple'] = 'right';
    same('page', $accounts->check('agent', 'right'));
}

function test_a_callers_address_is_the_connections(): void
{
    $adb = crm_fresh();
    $_SERVER['REMOTE_ADDR'] = '192.0.2.7';
    $_SERVER['HTTP_X_FORWARDED_FOR'] = $_SERVER['HTTP_CLIENT_IP'] = '198.51.100.1';
    same('192.0.2.7', (new Site())->caller());
    $adb->answers = [['/_settings WHERE name/', static fn (array $given): array => $given === ['proxies'] ? [['content' => "10.0.0.1\n192.0.2.0/24"]] : []]];
    same('198.51.100.1', (new Site())->caller());
    unset($_SERVER['REMOTE_ADDR'], $_SERVER['HTTP_X_FORWARDED_FOR'], $_SERVER['HTTP_CLIENT_IP']);
}

function test_an_account_tells_no_secret_and_notices_changes(): void
{
    $adb = crm_fresh();
    $rows = [user_row()];
    $adb->answers = [['/_users/', static function () use (&$rows): array {
        return $rows;
    }]];
    $before = (new Accounts())->byId(5);
    same(['Luca Conti', true], [$before['full_name'], $before['active']]);
    same(false, strpos(json_encode($before), '$1$'));
    $rows = [user_row(['user_password' => '$1$new'])];
    $after = (new Accounts())->byId(5);
    same(true, $before['password_mark'] !== $after['password_mark'] && $before['key_mark'] === $after['key_mark']);
    $rows = [user_row(['deleted' => '1'])];
    same(false, (new Accounts())->byId(5)['active']);
}

function test_the_site(): void
{
    $adb = crm_fresh();
    $adb->answers = [['/organizationdetails/', [['organizationname' => 'Our Company']]]];
    $site = new Site();
    same(['version' => '20.04.3', 'build' => '2219'], $site->version());
    same(['Europe/Rome', '19x5', 'Our Company'], [$site->timeZone(), $site->userId(5), $site->organization()]);
    same(true, $site->limits()['file'] <= 3000000);
    same([67108864, 1024, 5, 0, 0], array_map([Site::class, 'bytes'], ['64M', '1k', '5', '', '-1']));
    $GLOBALS['default_timezone'] = 'Nowhere/At all';
    same('UTC', $site->timeZone());
}

function test_a_database_that_fails_has_not_told_that_there_is_nothing(): void
{
    crm_fresh();
    $GLOBALS['crm']['broken'] = '/./';
    fails(static fn () => (new Accounts())->byId(5), 'an account');
    fails(static fn () => (new \MailConnector\Crm\Database())->deviceByToken('h'), 'a token');
}

/** Run something that has to throw. */
function fails(callable $work, string $what): void
{
    try {
        $work();
    } catch (RuntimeException $error) {
        return;
    }
    throw new RuntimeException("$what did not fail");
}

function test_registering_leaves_its_operations_and_one_entry(): void
{
    crm_fresh();
    (new MailConnector())->vtlib_handler('MailConnector', 'module.postinstall');
    same(Registration::OPERATIONS, array_keys($GLOBALS['crm']['operations']));
    foreach ($GLOBALS['crm']['operations'] as $name => $operation) {
        same(['modules/MailConnector/operations.php', $name, 'POST', 1, $name], $operation);
        require_once dirname(__DIR__, 2) . '/crm/modules/MailConnector/operations.php';
        same(true, function_exists($name));
    }
    same('Outlook Mail Connector', $GLOBALS['crm']['block']->fields[0]->name);
}

function test_unregistering_takes_them_away_and_uninstalling_the_tables_too(): void
{
    $adb = crm_fresh();
    $adb->answers = [['/^SELECT operationid/', static function (array $given): array {
        same(['modules/MailConnector/operations.php'], $given);
        return [['operationid' => 3], ['operationid' => 4]];
    }]];
    (new MailConnector())->vtlib_handler('MailConnector', 'module.disabled');
    $statements = implode("\n", array_column($adb->statements, 0));
    same(2, substr_count($statements, 'DELETE FROM vte_ws_operation_parameters'));
    same(2, substr_count($statements, 'DELETE FROM vte_ws_operation WHERE'));
    same(0, substr_count($statements, 'DROP'));
    (new MailConnector())->vtlib_handler('MailConnector', 'module.preuninstall');
    $dropped = array_filter(array_column($adb->statements, 0), static fn (string $sql): bool => strpos($sql, 'DROP') === 0);
    foreach ($dropped as $sql) {
        same(1, preg_match('/^DROP TABLE IF EXISTS vte_mailconnector_[a-z_]+$/D', $sql), $sql);
    }
    same(18, count($dropped));
}

function test_a_request_is_answered_end_to_end(): void
{
    crm_fresh();
    require_once dirname(__DIR__, 2) . '/crm/modules/MailConnector/operations.php';
    $status = mailconnectorstatus();
    same([true, 'missing', false], [$status['ok'], $status['result']['licence']['state'], $status['result']['signed_in']]);
    same(['password'], $status['result']['sign_in']);
    $_POST = ['message' => '44x1'];
    same('missing', mailconnectormail()['details']->reason);
    $_SERVER['REDIRECT_HTTP_AUTHORIZATION'] = 'Bearer mct1_x';
    same('unknown', mailconnectormail()['details']->reason);
    unset($_SERVER['REDIRECT_HTTP_AUTHORIZATION']);
    $_POST = ['username' => 'agent', 'password' => 'right'];
    same('licence_missing', mailconnectorlogin()['code']);
}

function test_a_crm_with_a_second_factor_is_not_entered_past_it(): void
{
    $adb = crm_fresh();
    same(['password'], (new Component())->signIn->methods());
    file_put_contents('vteversion.php', "<?php \$enterprise_current_version = '24.08.02'; \$enterprise_current_build = '1';");
    try {
        same([], (new Component())->signIn->methods());
        $adb->answers = [['/_settings WHERE name/', static fn (array $given): array => $given === ['password'] ? [['content' => 'on']] : []]];
        same(['password'], (new Component())->signIn->methods());
    } finally {
        file_put_contents('vteversion.php', "<?php \$enterprise_current_version = '20.04.3'; \$enterprise_current_build = '2219';");
    }
}

function administration(bool $admin): string
{
    $GLOBALS['current_user'] = (object) ['id' => 1, 'is_admin' => $admin];
    ob_start();
    try {
        (new AdministrationPage())->run();
    } finally {
        $page = ob_get_clean();
    }
    return $page;
}

function test_the_settings_page_is_for_administrators(): void
{
    crm_fresh();
    same('<p>This page is for administrators.</p>', administration(false));
    same(true, strpos(administration(true), 'No licence is activated') !== false);
}

/** What a form of the settings page was made from. */
function seen(string $change): string
{
    same(1, preg_match("/name=\"change\" value=\"$change\"><input type=\"hidden\" name=\"seen\" value=\"(\w{64})\"/", administration(true), $found));
    return $found[1];
}

/** Post a form of the settings page. */
function posted(string $change, array $given): string
{
    $_SERVER['REQUEST_METHOD'] = 'GET';
    $seen = $change === 'revoke' ? hash('sha256', '[]') : seen($change);
    $_SERVER['REQUEST_METHOD'] = 'POST';
    $_POST = $given + ['change' => $change, 'seen' => $seen, 'mailconnector_nonce' => VteSession::get('mailconnector_nonce_administration')];
    return administration(true);
}

function test_the_pages_speak_the_users_language_else_english(): void
{
    crm_fresh();
    foreach (['de_de' => 'Sicherheitsprotokoll', 'it_it' => 'Registro di sicurezza', 'fr_fr' => 'Journal de sécurité', 'es_es' => 'Registro de seguridad', 'es_mx' => 'Registro de seguridad', 'xx_yy' => 'Security log', '../x' => 'Security log'] as $language => $title) {
        $GLOBALS['current_language'] = $language;
        same(true, strpos(administration(true), "<h3>$title</h3>") !== false, $language);
    }
    unset($GLOBALS['current_language']);
}

function test_the_settings_page_changes_nothing_without_its_own_token(): void
{
    $adb = crm_fresh();
    $device = ['deviceid' => 7, 'userid' => 5, 'device_name' => 'Web', 'expires_at' => 9999999999];
    $adb->answers = [['/_devices WHERE revoked/', [$device]]];
    posted('revoke', ['device' => '7', 'mailconnector_nonce' => 'guessed']);
    same(true, $GLOBALS['crm']['csrf_checked']);
    same([], preg_grep('/^(UPDATE|INSERT|DELETE)/', array_column($adb->statements, 0)));
    posted('revoke', ['device' => '7']);
    same(1, count(preg_grep('/^UPDATE vte_mailconnector_devices SET revoked/', array_column($adb->statements, 0))));
    $logged = array_values(preg_grep('/^INSERT INTO vte_mailconnector_log/', array_column($adb->statements, 0)));
    same(1, count($logged));
}

function test_of_two_administrators_the_second_is_told(): void
{
    $adb = crm_fresh();
    $set = ['installation' => 'Our Company'];
    $adb->answers = [['/_settings WHERE name/', static function (array $given) use (&$set): array {
        return isset($set[$given[0]]) ? [['content' => $set[$given[0]]]] : [];
    }]];
    $seen = seen('installation');
    same(true, strpos(posted('installation', ['installation' => 'Mine']), 'Saved.') !== false);
    $set['installation'] = 'Theirs';
    $adb->statements = [];
    same(true, strpos(posted('installation', ['installation' => 'Mine', 'seen' => $seen]), 'Somebody else has changed this') !== false);
    same([], preg_grep('/^(UPDATE|INSERT|DELETE)/', array_column($adb->statements, 0)));
}

function test_the_settings_page_is_in_no_other_page(): void
{
    crm_fresh();
    $page = administration(true);
    // Browsers that do not say where a page goes: it shows itself by script, at the top alone.
    same(1, preg_match('/<div id="mailconnector" style="display:none;/', $page));
    same(1, preg_match('/<script>if \(self === top\)/', $page));
    same(1, preg_match('/name="mailconnector_nonce"/', $page));
    try {
        foreach (['iframe', 'frame', 'object', 'embed', 'fencedframe'] as $_SERVER['HTTP_SEC_FETCH_DEST']) {
            $adb = crm_fresh();
            $page = posted_framed('create', ['create_Leads' => '1']);
            same(1, preg_match('/not shown inside another page/', $page));
            same(0, preg_match('/<form|mailconnector_nonce/', $page));
            same([], array_filter($adb->statements, static fn (array $one): bool => preg_match('/^(INSERT|UPDATE|DELETE)/', $one[0]) === 1));
        }
    } finally {
        unset($_SERVER['HTTP_SEC_FETCH_DEST']);
    }
}

/** Post a form of the settings page out of a frame. */
function posted_framed(string $change, array $given): string
{
    $_SERVER['REQUEST_METHOD'] = 'POST';
    $_POST = $given + ['change' => $change, 'seen' => hash('sha256', '{"create":""}'), 'mailconnector_nonce' => VteSession::get('mailconnector_nonce_administration')];
    return administration(true);
}

function test_the_settings_page_shows_the_security_log(): void
{
    $adb = crm_fresh();
    $adb->answers = [
        ['/FROM vte_mailconnector_log ORDER/', [
            ['noted_at' => 1795461300, 'event' => 'revoked', 'userid' => 5, 'byid' => 1, 'address' => '192.0.2.7', 'detail' => '<b>Web</b>'],
            ['noted_at' => 1795461300, 'event' => 'refused', 'userid' => 0, 'byid' => 0, 'address' => '192.0.2.8', 'detail' => 'wrong_credentials'],
        ]],
        ['/_users/', static fn (array $given): array => [user_row(['id' => $given[0], 'user_name' => "user$given[0]"])]],
    ];
    $page = administration(true);
    foreach (['<td>2026-11-23 20:15</td><td>Device ended</td><td>user5</td><td>user1</td><td>192.0.2.7</td><td>&lt;b&gt;Web', '<td>Refused</td><td></td><td></td><td>192.0.2.8'] as $wanted) {
        same(true, strpos($page, $wanted) !== false, $page);
    }
}

function test_the_security_log_has_a_length_and_an_age(): void
{
    $adb = crm_fresh();
    $rows = array_map(static fn (int $number): array => ['logid' => 2000 - $number], range(0, 1000));
    $adb->answers = [['/^SELECT logid .* event = \? ORDER/', $rows]];
    (new MailConnector\SecurityLog(new MailConnector\Crm\LogDatabase(), new Site(), static fn (): int => 10000000))->tidy(90);
    $deleted = array_values(array_filter($adb->statements, static fn (array $one): bool => strpos($one[0], 'DELETE') === 0));
    same([[10000000 - 90 * 86400], ['refused', 1000]], array_column($deleted, 1));
    // Refused records push out no refused sign-in.
    $adb->answers = [['/^SELECT logid .* event IN \(\?\) ORDER/', $rows]];
    $adb->statements = [];
    (new MailConnector\SecurityLog(new MailConnector\Crm\LogDatabase(), new Site(), static fn (): int => 10000000))->tidy(90);
    $deleted = array_values(array_filter($adb->statements, static fn (array $one): bool => strpos($one[0], 'DELETE') === 0));
    same([[10000000 - 90 * 86400], ['denied', 1000]], array_column($deleted, 1));
}

function test_the_settings_page_escapes_what_it_shows(): void
{
    $adb = crm_fresh();
    $hostile = '"><script>alert(1)</script>';
    $device = ['deviceid' => 1, 'userid' => 5, 'device_name' => $hostile, 'created_at' => 1, 'expires_at' => 9999999999, 'ends_at' => 9999999999];
    $adb->answers = [
        ['/_settings WHERE/', [['content' => $hostile]]],
        ['/_devices/', static fn (): array => [$device]],
        ['/_users/', static fn (): array => [user_row(['first_name' => $hostile])]],
    ];
    same(false, strpos(administration(true), $hostile));
}

function test_a_bad_key_and_a_bad_address_are_told(): void
{
    crm_fresh();
    same(true, strpos(posted('licence', ['key' => 'nonsense']), 'That is no licence key.') !== false);
    $numbers = ['session_hours' => '12', 'stay_days' => '30', 'device_days' => '90', 'log_days' => '90'];
    same(true, strpos(posted('signin', $numbers + ['redirects' => 'http://evil.example/x']), 'http://evil.example/x can&#039;t be used') !== false);
    same(true, strpos(posted('signin', $numbers + ['proxies' => '10.0.0.0/33']), '10.0.0.0/33 is no address of a proxy') !== false);
    same(true, strpos(posted('signin', ['session_hours' => '25'] + $numbers), 'out of range') !== false);
    same(true, strpos(posted('signin', ['log_days' => '366'] + $numbers), 'out of range') !== false);
}

function test_a_form_that_is_refused_keeps_all_that_was_typed(): void
{
    $typed = [
        'redirects' => "https://addin.example.com/signin.html\nhttps://b.example.com/signin.html", 'proxies' => '10.0.0.0/8', 'session_hours' => '11',
        'stay_days' => '29', 'device_days' => '89', 'log_days' => '88', 'password' => 'off',
    ];
    $wrong = ['redirects' => 'http://<evil>/x', 'proxies' => '10.0.0.0/33', 'session_hours' => 'twelve', 'stay_days' => '0', 'device_days' => '-1', 'log_days' => '366'];
    foreach ($wrong as $name => $value) {
        $adb = crm_fresh();
        $page = posted('signin', [$name => $value] + $typed);
        foreach ([$name => $value] + $typed as $field => $text) {
            $shown = htmlspecialchars($text, ENT_QUOTES);
            $control = $field === 'password' ? '<option value="off" selected>' : (in_array($field, ['redirects', 'proxies'], true) ? ">$shown</textarea>" : "name=\"$field\" size=\"4\" required value=\"$shown\"");
            same(true, strpos($page, $control) !== false, "$name is wrong, $field is gone");
        }
        same(1, preg_match_all('/ name="(\w+)"[^>]* aria-invalid="true" aria-describedby="mailconnector-message" autofocus/', $page, $marked));
        same([$name], $marked[1]);
        same([], preg_grep('/^(UPDATE|INSERT|DELETE)/', array_column($adb->statements, 0)));
    }
    crm_fresh();
    same(1, preg_match('/<textarea name="key"[^>]* aria-invalid="true"[^>]*>no &lt;key&gt;<\/textarea>/', posted('licence', ['key' => 'no <key>'])));
}
