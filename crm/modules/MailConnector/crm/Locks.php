<?php

namespace MailConnector\Crm;

/** Doing one thing at a time, over all requests. */
trait Locks
{
    /**
     * Do work while nobody else does work of this name; returns what it returns. On databases other than MySQL and MariaDB
     * nothing is waited for.
     *
     * @return mixed
     */
    private static function locked(string $name, callable $work)
    {
        global $adb, $table_prefix;
        if (!$adb->isMysql()) {
            return $work();
        }
        $lock = 'mailconnector_' . md5("$table_prefix $name");
        $result = $adb->pquery('SELECT GET_LOCK(?, 20) AS got', [$lock]);
        $row = $result ? $adb->fetchByAssoc($result, -1, false) : null;
        if ((int) ($row['got'] ?? 0) !== 1) {
            throw new \RuntimeException('The CRM is too busy.');
        }
        try {
            return $work();
        } finally {
            $adb->pquery('SELECT RELEASE_LOCK(?) AS released', [$lock]);
        }
    }
}
