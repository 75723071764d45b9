<?php
// Reads {"key", "public", "installation", "crm_url"} and prints what the component makes of the licence.
require dirname(__DIR__, 2) . '/crm/modules/MailConnector/pure/autoload.php';
$given = json_decode(stream_get_contents(STDIN), true);
try {
    $licence = MailConnector\Licence::read($given['key'], [$given['public']]);
    $told = (array) $licence + ['misfit' => $licence->misfit($given['installation'], $given['crm_url'])];
} catch (InvalidArgumentException $error) {
    $told = ['refused' => $error->getMessage()];
}
echo json_encode($told + ['request' => MailConnector\Licence::request($given['installation'], $given['crm_url'], 25)]);
