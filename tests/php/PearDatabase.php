<?php

/** The CRM's database class as far as the component uses it; the statements run in SQLite, in the test's process. */
final class PearDatabase
{
    private Bridge $bridge;

    public function __construct(Bridge $bridge)
    {
        $this->bridge = $bridge;
    }

    /** @return ArrayObject|bool false where the database refuses */
    public function pquery(string $statement, array $values)
    {
        if (preg_match('/^SELECT (GET|RELEASE)_LOCK/', $statement, $kind)) {
            $got = $this->bridge->ask('lock', ['name' => $values[0], 'release' => $kind[1] === 'RELEASE']);
            return new ArrayObject(['rows' => [['got' => $got]], 'affected' => 0]);
        }
        $answer = $this->bridge->ask('sql', ['statement' => $statement, 'values' => $values]);
        return isset($answer['failed']) ? false : new ArrayObject($answer);
    }

    /** @return ArrayObject|bool */
    public function query(string $statement)
    {
        return $this->pquery($statement, []);
    }

    /** @return ArrayObject|bool */
    public function limitpQuery(string $statement, int $offset, int $most, array $values)
    {
        return $this->pquery("$statement LIMIT $most OFFSET $offset", $values);
    }

    public function isMysql(): bool
    {
        return true;
    }

    public function num_rows(ArrayObject $result): int
    {
        return count($result['rows']);
    }

    /** @return array|null the next row */
    public function fetchByAssoc(ArrayObject $result, int $row, bool $html)
    {
        $rows = $result['rows'];
        $next = array_shift($rows);
        $result['rows'] = $rows;
        return $next;
    }

    public function getAffectedRowCount(ArrayObject $result): int
    {
        return $result['affected'];
    }

    public function getUniqueID(string $table): int
    {
        return $this->bridge->ask('unique_id', ['table' => $table]);
    }
}
