<?php

namespace MailConnector\Crm;

/** Reading the CRM's database: statements of ours with bound values. */
trait Rows
{
    /** The rows of a query; a database that does not answer is a failure and no empty list. */
    private function rows(string $query, array $values, int $most = 0): array
    {
        global $adb;
        $result = $most > 0 ? $adb->limitpQuery($query, 0, $most, $values) : $adb->pquery($query, $values);
        if (!$result) {
            throw new \RuntimeException('The CRM could not read its database.');
        }
        $rows = [];
        while ($row = $adb->fetchByAssoc($result, -1, false)) {
            $rows[] = $row;
        }
        return $rows;
    }

    private static function marks(array $values): string
    {
        return implode(', ', array_fill(0, count($values), '?'));
    }
}
