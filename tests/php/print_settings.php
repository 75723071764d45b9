<?php
/** Prints the component's settings page, over stand-ins of the CRM: as it is, or with a form that was refused ("refused"). */

error_reporting(E_ALL);
require dirname(__DIR__, 2) . '/crm/modules/MailConnector/pure/autoload.php';

function same($wanted, $given, string $about = ''): void
{
    if ($wanted !== $given) {
        throw new RuntimeException($about);
    }
}

require __DIR__ . '/crm_test.php';

$adb = crm_fresh();
$adb->answers = [
    ['/_devices WHERE revoked/', [['deviceid' => 7, 'userid' => 5, 'device_name' => 'Outlook on the web', 'created_at' => 1, 'expires_at' => 9999999999, 'ends_at' => 9999999999]]],
    ['/_users/', [user_row()]],
    ['/FROM vte_mailconnector_log ORDER/', [['noted_at' => 1795461300, 'event' => 'revoked', 'userid' => 5, 'byid' => 1, 'address' => '192.0.2.7', 'detail' => 'Web']]],
];
echo ($argv[1] ?? '') === 'refused' ? posted('signin', ['redirects' => 'nonsense']) : administration(true);
