<?php
/**
 * The component behind PHP's own web server, for tests: pure/ and crm/Database.php as they are shipped, the CRM played by
 * the sandbox.
 *
 *     MAIL_CONNECTOR_BRIDGE=http://… php -S 127.0.0.1:… tests/php/front.php
 */

use MailConnector\Crm\Component;
use MailConnector\Crm\Database;
use MailConnector\Crm\LogDatabase;
use MailConnector\Operations;
use MailConnector\PageRequest;
use MailConnector\Refusal;
use MailConnector\Seats;
use MailConnector\Secret;
use MailConnector\SecurityLog;
use MailConnector\Sessions;
use MailConnector\SignIn;

error_reporting(E_ALL);
set_error_handler(static function (int $level, string $text, string $file, int $line): bool {
    throw new ErrorException($text, 0, $level, $file, $line);
});
require dirname(__DIR__, 2) . '/crm/modules/MailConnector/pure/autoload.php';
require __DIR__ . '/bridge.php';
require __DIR__ . '/PearDatabase.php';
require __DIR__ . '/sign_licence.php';

$bridge = new Bridge((string) getenv('MAIL_CONNECTOR_BRIDGE'));
$set = $bridge->ask('settings');
$clock = static fn (): int => $set['now'];
$adb = new PearDatabase($bridge);
$table_prefix = 'vte';
$store = new Database();

// A licence as scripts/licence.py issues them.
$pair = sodium_crypto_sign_seed_keypair(str_repeat('k', SODIUM_CRYPTO_SIGN_SEEDBYTES));
$payload = ['installation' => $set['installation'], 'crm_url' => $bridge->url(), 'users' => $set['seats'], 'until' => $set['until'], 'number' => '1'];
$key = sign_licence($payload, $pair);
$set['licence'] = $set['licence'] === 'missing' ? '' : $key;
foreach (['licence', 'installation', 'redirects', 'proxies', 'create', 'password', 'session_hours', 'stay_days', 'device_days'] as $name) {
    if ($store->setting($name) !== (string) $set[$name]) {
        $store->setSetting($name, (string) $set[$name]);
    }
}

$seats = new Seats($store, $bridge, [Secret::base64url(sodium_crypto_sign_publickey($pair))], $clock);
$log = new SecurityLog(new LogDatabase(), $bridge, $clock);
$sessions = new Sessions($store, $bridge, $bridge, $seats, $log, $clock);
$codes = new ListedCodes($bridge, $store, $clock, $set['second_factor'], $set['page_only']);
$signIn = new SignIn($store, $bridge, $bridge, $seats, $sessions, $log, $codes, $clock);

$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path === '/consent') {
    // A signed-in user who allows everything: what AuthorizePage does with the same calls.
    $request = PageRequest::from($_GET, $signIn->redirects(), $bridge->url());
    $account = $bridge->byName($_SERVER['HTTP_X_USER']);
    if ($request === null) {
        http_response_code(400);
        return;
    }
    try {
        $request->check($seats, $account['id']);
        $address = $request->back(['code' => $signIn->grant($account, $request)]);
    } catch (Refusal $refusal) {
        $address = $request->back(['error' => $refusal->name]);
    }
    header("Location: $address", true, 303);
    return;
}

if (strpos($_SERVER['CONTENT_TYPE'] ?? '', 'application/json') === 0) {
    $_POST = json_decode(file_get_contents('php://input'), true) ?: [];
}
header('Content-Type: application/json');
header('Access-Control-Allow-Origin: *');
Component::keepUnstored();
$mails = new BridgedMails($bridge);
$operations = new Operations($bridge, $seats, $sessions, $signIn, $mails, $mails, $mails, $store, $log, $clock, (float) $set['relate_seconds']);
$data = $operations->run(basename($path), $_POST, $_SERVER['HTTP_AUTHORIZATION'] ?? '', $_SERVER['HTTP_ORIGIN'] ?? '', $_FILES);
echo json_encode(['status' => 200, 'data' => $data]);
