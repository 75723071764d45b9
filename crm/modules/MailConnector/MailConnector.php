<?php

require_once __DIR__ . '/pure/autoload.php';

/** The module as vtenext's Module Manager knows it. */
class MailConnector
{
    public function vtlib_handler($moduleName, $eventType)
    {
        $registration = new MailConnector\Crm\Registration();
        switch ($eventType) {
            case 'module.postinstall':
            case 'module.postupdate':
            case 'module.enabled':
                $registration->register();
                break;
            case 'module.disabled':
                $registration->unregister();
                break;
            case 'module.preuninstall':
                $registration->unregister();
                $registration->dropTables();
                break;
        }
    }
}
