<?php
/** The sign-in page of the component, for a signed-in user, behind PHP's own web server and over stand-ins of the CRM. */

use MailConnector\Secret;

error_reporting(E_ALL);
set_error_handler(static function (int $level, string $text, string $file, int $line): bool {
    throw new ErrorException($text, 0, $level, $file, $line);
});

function same($wanted, $given, string $about = ''): void
{
    if ($wanted !== $given) {
        throw new RuntimeException($about);
    }
}

$module = dirname(__DIR__, 2) . '/crm/modules/MailConnector';
require "$module/pure/autoload.php";
require __DIR__ . '/crm_stubs.php';
require __DIR__ . '/sign_licence.php';

$GLOBALS['default_timezone'] = 'Europe/Rome';
$GLOBALS['site_URL'] = 'https://crm.example.com/crm';
$GLOBALS['table_prefix'] = 'vte';
$GLOBALS['crm'] = ['passwords' => [], 'records' => [], 'seen' => []];
VteSession::set('mailconnector_nonce_consent', 'nonce-of-the-session');

// The page takes its public keys from keys.php, which are none in the source: a licence is made, and its key put there.
$pair = sodium_crypto_sign_seed_keypair(str_repeat('k', SODIUM_CRYPTO_SIGN_SEEDBYTES));
$content = ['installation' => 'Our Company', 'crm_url' => $GLOBALS['site_URL'], 'users' => 5, 'until' => '2999-12-31', 'number' => '1'];
$settings = [
    'licence' => sign_licence($content, $pair),
    'installation' => 'Our Company',
    'redirects' => 'https://addin.example.com/signin.html',
    'password' => 'on',
];
$adb = new PearDatabase();
$adb->answers = [
    ['/_settings WHERE name/', static fn (array $given): array => [['content' => $settings[$given[0]] ?? '']]],
    ['/_users/', [[
        'id' => '5', 'user_name' => 'agent', 'first_name' => 'Luca', 'last_name' => 'Conti', 'status' => 'Active', 'deleted' => '0',
        'default_language' => 'it_it', 'user_timezone' => 'Europe/Rome', 'user_password' => 'x', 'accesskey' => 'k',
    ]]],
];
$GLOBALS['adb'] = $adb;
$GLOBALS['current_user'] = (object) ['id' => 5];

if (isset($_GET['begun'])) {
    // A CRM that has written its own head already.
    echo '<p>The CRM</p>';
    while (ob_get_level() > 0) {
        ob_end_flush();
    }
    flush();
}
chdir(__DIR__ . '/crm_root');
$page = new MailConnector\Crm\AuthorizePage();
$component = Closure::bind(static fn () => $page->component, null, MailConnector\Crm\Page::class)();
Closure::bind(static function () use ($component, $pair): void {
    $component->seats->publicKeys = [MailConnector\Secret::base64url(sodium_crypto_sign_publickey($pair))];
}, null, MailConnector\Seats::class)();
$page->run();
