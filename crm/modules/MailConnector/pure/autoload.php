<?php
/**
 * Finds the component's classes: MailConnector\Name lies in pure/Name.php, MailConnector\Crm\Name in crm/Name.php.
 */
spl_autoload_register(static function (string $class): void {
    if (!preg_match('/^MailConnector\\\\(Crm\\\\)?([A-Za-z]+)$/D', $class, $parts)) {
        return;
    }
    $file = dirname(__DIR__) . ($parts[1] === '' ? '/pure/' : '/crm/') . $parts[2] . '.php';
    if (is_file($file)) {
        require_once $file;
    }
});
