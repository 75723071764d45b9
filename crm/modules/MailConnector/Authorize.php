<?php
// index.php?module=MailConnector&action=Authorize, run by the CRM for a signed-in user.
if (!class_exists('CRMEntity') || empty($GLOBALS['current_user']->id)) {
    exit;
}
require_once __DIR__ . '/pure/autoload.php';
(new MailConnector\Crm\AuthorizePage())->run();
