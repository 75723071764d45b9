<?php

namespace MailConnector\Crm;

/** Saving records as the CRM's own pages do, and noting it where they note it. */
trait Saving
{
    private array $prefixes = [];

    public function id(string $module, int $number): string
    {
        global $table_prefix;
        if ($this->prefixes === []) {
            $this->prefixes = array_column($this->rows("SELECT id, name FROM {$table_prefix}_ws_entity", []), 'id', 'name');
        }
        return (string) ($this->prefixes[$module] ?? '0') . "x$number";
    }

    /** Have times of a record be those of the server's clock, in and out: the CRM takes and shows them on the user's, which may stand elsewhere. */
    private static function onServersClock($focus): void
    {
        $focus->overrideTimezone('default');
    }

    /** Save a record as the CRM does, by this operation of it; a failure is told as one of the CRM's. */
    private function save($focus, string $module, string $operation = 'create'): void
    {
        global $adb;
        $adb->startTransaction();
        $focus->save($module);
        $failed = $adb->hasFailedTransaction();
        $adb->completeTransaction();
        if ($failed || (int) $focus->id <= 0) {
            throw new \RuntimeException("The CRM could not store a record of $module.");
        }
        $this->audit($operation, $module, (int) $focus->id);
    }

    /** Write what was done into the CRM's audit trail, where that is on: module and record, nothing of the content. */
    private function audit(string $operation, string $module, int $number): void
    {
        global $current_user;
        if (!is_file('modules/Settings/AuditTrail.php')) {
            return;
        }
        require_once 'modules/Settings/AuditTrail.php';
        if (class_exists('AuditTrail') && method_exists('AuditTrail', 'processWS')) {
            $about = ['elementType' => $module, 'module' => $module, 'id' => $this->id($module, $number), 'element' => ''];
            (new \AuditTrail())->processWS($operation, $about, $current_user);
        }
    }
}
