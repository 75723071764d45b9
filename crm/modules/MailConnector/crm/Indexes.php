<?php

namespace MailConnector\Crm;

/**
 * Indexes on the columns of mail addresses that have none: a sender is looked for at every mail that is opened. They carry the
 * component's name, and go with it.
 */
final class Indexes
{
    private const PREFIX = 'mailconnector_';
    private const MAIL = 13;

    public function add(): void
    {
        global $adb;
        foreach ($this->columns() as [$table, $column]) {
            if (!$this->isIndexed($table, $column)) {
                $adb->query("CREATE INDEX " . self::name($table, $column) . " ON $table ($column)");
            }
        }
    }

    public function drop(): void
    {
        global $adb;
        foreach ($this->columns() as [$table, $column]) {
            if (array_key_exists(self::name($table, $column), $this->indexes($table))) {
                $adb->query('DROP INDEX ' . self::name($table, $column) . ($adb->isMysql() ? " ON $table" : ''));
            }
        }
    }

    /** Table and column of each address field of a module to which mails can be linked. */
    private function columns(): array
    {
        global $adb, $table_prefix;
        $query = "SELECT DISTINCT f.tablename, f.columnname FROM {$table_prefix}_field f"
            . " INNER JOIN {$table_prefix}_relatedlists r ON r.tabid = f.tabid AND r.related_tabid = ? WHERE f.uitype = ? AND f.columnname <> 'yahooid'";
        $result = $adb->pquery($query, [getTabid('Messages'), self::MAIL]);
        $columns = [];
        while ($result && ($row = $adb->fetchByAssoc($result, -1, false))) {
            if (preg_match('/^\w{1,64}$/D', $row['tablename']) && preg_match('/^\w{1,64}$/D', $row['columnname'])) {
                $columns[] = [$row['tablename'], $row['columnname']];
            }
        }
        return $columns;
    }

    private function isIndexed(string $table, string $column): bool
    {
        foreach ($this->indexes($table) as $index) {
            if (strtolower((string) (array_values($index['columns'] ?? [])[0] ?? '')) === strtolower($column)) {
                return true;
            }
        }
        return false;
    }

    private function indexes(string $table): array
    {
        global $adb;
        $indexes = $adb->database->MetaIndexes($table);
        return is_array($indexes) ? $indexes : [];
    }

    private static function name(string $table, string $column): string
    {
        return self::PREFIX . substr(md5("$table.$column"), 0, 12);
    }
}
