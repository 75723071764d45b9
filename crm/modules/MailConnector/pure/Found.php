<?php

namespace MailConnector;

/**
 * The records that were found for a mail, each once, and their order: by the strongest reason, by the place of what gave it, by
 * module, the newest first. `contract/suggestions.json` holds situations with the right order, for PHP, Python and the sandbox.
 */
final class Found
{
    public const REASONS = ['conversation', 'address', 'number', 'recent', 'company', 'opportunity', 'ticket', 'domain', 'text'];
    /** The modules in the order in which they matter to a mail. */
    public const MODULES = ['Contacts', 'Leads', 'Accounts', 'Vendors', 'HelpDesk', 'Potentials', 'Employees'];

    /** By number: module, record (as `Records::told` tells it), role, and by its rank each reason with place and about. */
    private array $records = [];

    /** Note a reason for a record: $place is that of the person, reference or record that gave it, from 0 on. */
    public function note(string $module, int $number, array $record, string $reason, string $about, int $place, string $role = ''): void
    {
        $rank = (int) array_search($reason, self::REASONS, true);
        $known = $this->records[$number] ?? ['module' => $module, 'record' => $record, 'role' => '', 'reasons' => []];
        if (!isset($known['reasons'][$rank]) || $place < $known['reasons'][$rank]['place']) {
            $known['reasons'][$rank] = ['place' => $place, 'about' => $about];
            $known['role'] = $role !== '' && ($reason !== 'text' || $known['role'] === '') ? $role : $known['role'];
        }
        $this->records[$number] = $known;
    }

    /** Those that were found for one of these reasons, whatever stronger one they have: record by number, in their order. */
    public function for(array $reasons): array
    {
        $ranks = array_flip(array_keys(array_intersect(self::REASONS, $reasons)));
        $chosen = array_filter($this->records, static fn (array $one): bool => array_intersect_key($one['reasons'], $ranks) !== []);
        return array_map(static fn (array $one): array => $one['record'], self::sorted($chosen));
    }

    /** Those of a module, whatever they were found for. */
    public function of(string $module): array
    {
        return array_column(array_filter($this->records, static fn (array $one): bool => $one['module'] === $module), 'record');
    }

    /** All, best first. Each: module, number, name, detail, reason, about, role. */
    public function told(): array
    {
        $told = [];
        foreach (self::sorted($this->records) as $number => $one) {
            $rank = min(array_keys($one['reasons']));
            $told[] = [
                'module' => $one['module'], 'number' => $number, 'name' => $one['record']['name'], 'detail' => $one['record']['detail'],
                'reason' => self::REASONS[$rank], 'about' => $one['reasons'][$rank]['about'], 'role' => $one['role'],
            ];
        }
        return $told;
    }

    private static function sorted(array $records): array
    {
        $keys = [];
        foreach ($records as $number => $one) {
            $rank = min(array_keys($one['reasons']));
            $module = array_search($one['module'], self::MODULES, true);
            $keys[$number] = [$rank, $one['reasons'][$rank]['place'], $module === false ? count(self::MODULES) : $module, $one['module'], -$number];
        }
        uksort($records, static fn (int $one, int $other): int => $keys[$one] <=> $keys[$other]);
        return $records;
    }
}
