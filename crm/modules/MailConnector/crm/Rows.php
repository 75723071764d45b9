<?php

namespace MailConnector\Crm;

/** Reading and writing the CRM's database: statements of ours with bound values. */
trait Rows
{
    /** The rows of a query; a database that does not answer is a failure and no empty list. */
    private function rows(string $query, array $values, int $most = 0, int $from = 0): array
    {
        global $adb;
        $result = $most > 0 ? $adb->limitpQuery($query, $from, $most, $values) : $adb->pquery($query, $values);
        if (!$result) {
            throw new \RuntimeException('The CRM could not read its database.');
        }
        $rows = [];
        while ($row = $adb->fetchByAssoc($result, -1, false)) {
            $rows[] = $row;
        }
        return $rows;
    }

    /** Run a statement that changes something; returns how many rows. One that fails is no success of less. */
    private function change(string $statement, array $values): int
    {
        global $adb;
        $result = $adb->pquery($statement, $values);
        if (!$result) {
            throw new \RuntimeException('The CRM could not write to its database.');
        }
        return (int) $adb->getAffectedRowCount($result);
    }

    /** The next number of a table. */
    private function nextNumber(string $table): int
    {
        global $adb;
        $number = (int) $adb->getUniqueID($table);
        if ($number < 1) {
            throw new \RuntimeException('The CRM\'s database gave no number.');
        }
        return $number;
    }

    /**
     * Whether a stored text is this one, letter by letter: the database compares without case and accents. One that keeps three
     * bytes of a character holds four question marks for each that has more.
     */
    private static function isKept(string $stored, string $text): bool
    {
        return $stored === $text || $stored === preg_replace('/[\x{10000}-\x{10FFFF}]/u', '????', $text);
    }

    private static function marks(array $values): string
    {
        return implode(', ', array_fill(0, count($values), '?'));
    }
}
