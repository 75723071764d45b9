<?php

namespace MailConnector\Crm;

use MailConnector\Unasked;

/** The records of this vtenext: found by statements of ours on indexed columns, shown by the CRM's own rules. */
final class Records implements \MailConnector\Records
{
    use Rows;

    private const CLOSED = ['Potentials' => ['Closed Won', 'Closed Lost'], 'HelpDesk' => ['Closed']];
    /** Rows that are read at a time. */
    private const MOST = 101;
    /** Rows that are looked at, one after the other, for those that the user may see. */
    private const MOST_READ = 1010;
    /** Records with a word inside that are looked at, where the user sees all of the module, and where not. */
    private const MOST_INSIDE = 2000;
    private const MOST_INSIDE_SHARED = 100000;
    /** Mails that have one Message-ID, and records of a mail. */
    private const MOST_OF_ONE = 50;

    private Mails $mails;
    /** @var Fields|null */
    private $fields = null;
    private array $seen = [];
    private array $joins = [];

    public function __construct(Mails $mails)
    {
        $this->mails = $mails;
    }

    public function modules(): array
    {
        global $table_prefix, $current_user;
        $names = array_values(array_filter($this->fields()->modules(), fn (string $name): bool => $this->mails->takesMails($name)));
        $labels = array_merge($names, array_map(static fn (string $name): string => "SINGLE_$name", $names));
        if ($labels === []) {
            return [];
        }
        $query = "SELECT label, trans_label FROM sdk_language WHERE module = 'APP_STRINGS' AND language = ? AND label IN (" . self::marks($labels) . ')';
        $rows = $this->rows($query, array_merge([(string) $current_user->column_fields['default_language']], $labels));
        $translated = array_column($rows, 'trans_label', 'label');
        $told = [];
        foreach ($names as $name) {
            $label = (string) ($translated[$name] ?? $name);
            $told[$name] = ['label' => $label, 'singular' => (string) ($translated["SINGLE_$name"] ?? $label)];
        }
        return $told;
    }

    public function withAddresses(array $mails, Unasked $unasked): array
    {
        $found = [];
        foreach ($this->having('mails') as $module => $known) {
            $parts = [];
            [$open, $closed] = $this->open($module, $known);
            $fields = array_map('strval', array_keys($known['mails']));
            foreach (array_values($known['mails']) as $index => $place) {
                $parts[] = $this->part($known, $place, 'IN (' . self::marks($mails) . ')', array_merge($mails, $closed), $open, $index);
            }
            foreach ($this->asked($module, $parts, $unasked) as $row) {
                // What a hidden field holds is no reason: it would tell what it holds.
                if ($this->mayShow($module, $fields[(int) $row['field']])) {
                    $found[$module] = ($found[$module] ?? []) + [(int) $row['id'] => (string) $row['value']];
                }
            }
        }
        return $found;
    }

    public function ofDomains(array $domains, Unasked $unasked): array
    {
        $known = $this->shape('Accounts');
        if ($known === null) {
            return [];
        }
        $parts = [];
        foreach (['mails' => ['%@', ''], 'sites' => ['%', '%']] as $kind => [$before, $behind]) {
            $likes = array_map(static fn (string $domain): string => $before . self::like($domain) . $behind, $domains);
            foreach ($known[$kind] as $place) {
                // All of them in one reading of the column.
                $parts[] = $this->part($known, $place, 'LIKE ?', $likes, '', 0, count($domains));
            }
        }
        $rows = $this->asked('Accounts', $parts, $unasked, count($domains));
        if (count($domains) > 1 && count($rows) >= self::MOST * count($domains)) {
            // One of them has so many that the others may have had no room.
            return array_merge(...array_map(fn (string $domain): array => $this->ofDomains([$domain], $unasked), $domains));
        }
        return array_map(
            static fn (array $row): array => ['number' => (int) $row['id'], 'mails' => [(string) $row['value']], 'sites' => [(string) $row['value']]],
            $rows
        );
    }

    public function prefixes(): array
    {
        global $table_prefix;
        // Where an administrator has changed a beginning, older records keep theirs, which is not active any more.
        $rows = $this->rows("SELECT prefix, semodule FROM {$table_prefix}_modentity_num ORDER BY active DESC", []);
        return array_map(static fn (array $row): array => [(string) $row['prefix'], (string) $row['semodule']], $rows);
    }

    public function numbered(string $module, array $texts, Unasked $unasked): array
    {
        $known = $this->shape($module);
        $parts = [];
        foreach ($known === null ? [] : $known['number'] as $field => $place) {
            if (!$this->mayShow($module, (string) $field)) {
                continue;
            }
            $parts[] = $this->part($known, $place, 'IN (' . self::marks($texts) . ')', $texts);
        }
        $found = [];
        foreach ($this->asked($module, $parts, $unasked) as $row) {
            $found += [(int) $row['id'] => strtoupper((string) $row['value'])];
        }
        return $found;
    }

    public function cases(string $module, array $parents, Unasked $unasked): array
    {
        $known = $this->shape($module);
        $found = [];
        [$open, $closed] = $known === null ? ['', []] : $this->open($module, $known);
        foreach ($open === '' ? [] : array_keys($known['references']) as $field) {
            [$table, $column] = $known['fields'][$field];
            if ($table !== $known['table'] || !$this->mayShow($module, $field)) {
                continue;
            }
            $part = $this->part($known, [$table, $column], 'IN (' . self::marks($parents) . ')', array_merge($parents, $closed), $open);
            foreach ($this->asked($module, [$part], $unasked) as $row) {
                $found += [(int) $row['id'] => (int) $row['value']];
            }
        }
        return $found;
    }

    public function told(string $module, array $numbers, bool $card = false): array
    {
        $known = $this->shape($module);
        $seen = $known === null ? [] : array_filter($numbers, fn (int $number): bool => $this->maySee($module, $number));
        $told = [];
        foreach ($seen === [] ? [] : $this->values($known, array_values($seen), $card) as $row) {
            $told[(int) $row['record']] = $this->record($module, $known, $row) + ($card ? $this->card($module, $known, $row) : []);
        }
        return array_replace(array_intersect_key(array_fill_keys($numbers, null), $told), $told);
    }

    public function mails(array $messageIds, Unasked $unasked): array
    {
        global $table_prefix, $current_user;
        // The user's own come first into the room that there is.
        $own = 'smownerid = ' . (int) $current_user->id;
        $query = static fn (string $marks): string => "SELECT messagesid, messageid, messagehash, smownerid, createdtime, subject"
            . " FROM {$table_prefix}_messages WHERE messageid IN ($marks) AND deleted = 0 ORDER BY $own DESC, messagesid";
        $rows = $this->rowsOfSome($query, $messageIds, static fn (): bool => true, $unasked);
        usort($rows, static fn (array $one, array $other): int => $one['messagesid'] <=> $other['messagesid']);
        $found = [];
        foreach ($rows as $row) {
            foreach ($messageIds as $messageId) {
                if (self::isKept((string) $row['messageid'], $messageId) && (string) $row['messagehash'] !== '') {
                    $found[$messageId][] = [
                        'hash' => (string) $row['messagehash'], 'owner' => (int) $row['smownerid'], 'by' => $this->person((int) $row['smownerid']),
                        'created' => $this->seconds((string) $row['createdtime']), 'number' => (int) $row['messagesid'], 'subject' => (string) $row['subject'],
                    ];
                }
            }
        }
        return $found;
    }

    public function ofMails(array $hashes, Unasked $unasked): array
    {
        global $table_prefix;
        $query = static fn (string $marks): string => "SELECT r.messagehash, r.crmid, e.setype FROM {$table_prefix}_messagesrel r"
            . " INNER JOIN {$table_prefix}_crmentity e ON e.crmid = r.crmid AND e.deleted = 0 WHERE r.messagehash IN ($marks) ORDER BY r.crmid DESC";
        $found = [];
        $may = fn (array $row): bool => $this->maySee((string) $row['setype'], (int) $row['crmid']);
        foreach ($this->rowsOfSome($query, $hashes, $may, $unasked) as $row) {
            // Appointments and tasks are of one kind to the database and of two to the web services.
            $module = $row['setype'] === 'Calendar' ? $this->mails->module((int) $row['crmid']) : (string) $row['setype'];
            $found[$row['messagehash']][(int) $row['crmid']] = $module;
        }
        array_walk($found, static function (array &$records): void {
            ksort($records);
        });
        return $found;
    }

    public function converted(array $leads): array
    {
        global $table_prefix;
        $seen = $this->shape('Leads') === null ? [] : array_filter($leads, fn (int $lead): bool => $this->maySee('Leads', $lead));
        $query = "SELECT r.leadid, r.contactid, r.accountid, r.potentialid FROM {$table_prefix}_leadconvrel r"
            . " INNER JOIN {$table_prefix}_leaddetails l ON l.leadid = r.leadid AND l.converted = 1 WHERE r.leadid IN (" . self::marks($seen) . ')';
        $became = [];
        foreach ($seen === [] ? [] : $this->rows($query, array_values($seen)) as $row) {
            $all = ['Contacts' => (int) $row['contactid'], 'Accounts' => (int) $row['accountid'], 'Potentials' => (int) $row['potentialid']];
            $became[(int) $row['leadid']] = array_filter($all);
        }
        return $became;
    }

    /** The rows of several values in one query; one after the other where one may have left the others no room, and those that $may be seen. */
    private function rowsOfSome(callable $query, array $values, callable $may, Unasked $unasked): array
    {
        $most = self::MOST_OF_ONE * count($values);
        $rows = $values === [] ? [] : $this->rows($query(self::marks($values)), $values, $most);
        if (count($rows) < $most) {
            return $rows;
        }
        $alone = fn ($value): array => $this->pages($query('?'), [$value], self::MOST_OF_ONE, $may, $unasked);
        return array_merge(...array_map($alone, array_values($values)));
    }

    /** The first rows of a query that $may be seen, read some at a time. Where there may be more of them, that is told. */
    private function pages(string $query, array $values, int $most, callable $may, Unasked $unasked): array
    {
        $seen = [];
        for ($from = 0; $from < self::MOST_READ && count($seen) < $most; $from += self::MOST) {
            $rows = $this->rows($query, $values, self::MOST, $from);
            $seen = array_merge($seen, array_filter($rows, $may));
            if (count($rows) < self::MOST && count($seen) < $most) {
                return $seen;
            }
        }
        $unasked->cut();
        return array_slice($seen, 0, $most);
    }

    public function lastMails(int $record, int $most): array
    {
        global $table_prefix, $current_user;
        $select = "SELECT m.messagesid, m.subject, m.mdate, m.smownerid FROM {$table_prefix}_messagesrel r"
            . " INNER JOIN {$table_prefix}_messages m ON m.messagehash = r.messagehash AND m.deleted = 0 WHERE r.crmid = ?";
        $order = ' ORDER BY m.mdate DESC, m.messagesid DESC';
        $rows = array_column($this->rows($select . $order, [$record], self::MOST), null, 'messagesid');
        if (count($rows) >= self::MOST) {
            // The CRM is asked for each whether the user may see it: of older ones only the user's own are looked at.
            $own = $this->rows("$select AND m.smownerid = ?$order", [$record, (int) $current_user->id], $most);
            $rows += array_column($own, null, 'messagesid');
        }
        $told = [];
        foreach ($rows as $row) {
            if (count($told) >= $most) {
                break;
            }
            if (!$this->maySee('Messages', (int) $row['messagesid'])) {
                continue;
            }
            $told[] = ['subject' => (string) $row['subject'], 'date' => $this->iso((string) $row['mdate']), 'by' => $this->person((int) $row['smownerid'])];
        }
        return $told;
    }

    public function search(string $module, array $words, int $most, bool $anywhere): array
    {
        $known = $this->shape($module);
        $names = $known === null ? [] : $this->places($module, $known, $known['labels']);
        $places = $known === null ? [] : array_merge($names, $this->places($module, $known, $known['number'] + $known['mails']));
        if ($places === []) {
            return [];
        }
        usort($words, static fn (string $a, string $b): int => strlen($b) <=> strlen($a));
        $each = ' AND (' . implode(' LIKE ? OR ', $places) . ' LIKE ?)';
        $found = [];
        foreach ($anywhere ? [$words[0]] : $words as $word) {
            $others = array_values(array_diff($words, [$word]));
            $more = str_repeat($each, count($others));
            $values = [($anywhere ? '%' : '') . self::like($word) . '%'];
            foreach ($others as $other) {
                $values = array_merge($values, array_fill(0, count($places), '%' . self::like($other) . '%'));
            }
            foreach ($anywhere ? $names : $places as $place) {
                foreach ($this->rows($this->matching($known, $module, $place, $anywhere) . $more, $values, $most) as $row) {
                    $found[(int) $row['id']] = true;
                }
                if (count($found) >= $most) {
                    return array_slice(array_keys($found), 0, $most);
                }
            }
        }
        return array_keys($found);
    }

    /** The columns of fields in a module's own table that the profile shows. */
    private function places(string $module, array $known, array $fields): array
    {
        $places = [];
        foreach ($fields as $field => $place) {
            if (is_array($place) && $place[0] === $known['table'] && $this->mayShow($module, (string) $field)) {
                $places[] = "$place[0].$place[1]";
            }
        }
        return $places;
    }

    private function fields(): Fields
    {
        return $this->fields = $this->fields ?? new Fields();
    }

    /** What is known of a module; null where the user is not shown it, or mails can't be linked to it. */
    private function shape(string $module): ?array
    {
        if (!array_key_exists($module, $this->seen)) {
            $known = in_array($module, \MailConnector\Targets::NEVER, true) ? null : $this->fields()->of($module);
            $this->seen[$module] = $known !== null && $this->mails->takesMails($module) ? $known : null;
        }
        return $this->seen[$module];
    }

    /** The modules that have fields of a kind. */
    private function having(string $kind): array
    {
        $found = [];
        foreach ($this->fields()->modules() as $module) {
            if (($this->fields()->of($module)[$kind] ?? []) !== [] && $this->shape($module) !== null) {
                $found[$module] = $this->shape($module);
            }
        }
        return $found;
    }

    private function maySee(string $module, int $number): bool
    {
        return isPermitted($module, 'DetailView', $number) === 'yes';
    }

    private function mayShow(string $module, string $field): bool
    {
        global $current_user;
        return Fields::shown($module, $field, (int) $current_user->id);
    }

    /** The condition that leaves closed cases away, and its values. */
    private function open(string $module, array $known): array
    {
        $closed = self::CLOSED[$module] ?? [];
        $state = array_values($known['state'])[0] ?? null;
        if ($closed === [] || $state === null || $state[0] !== $known['table']) {
            return ['', []];
        }
        return [" AND ($state[0].$state[1] IS NULL OR $state[0].$state[1] NOT IN (" . self::marks($closed) . '))', $closed];
    }

    /**
     * A select of id and value for one column, and the number by which the caller knows the field, in two pieces, and its values:
     * between the two comes what leaves out the records that the user may not see. $times: of so many conditions, one has to hold.
     */
    private function part(array $known, array $place, string $condition, array $values, string $more = '', int $field = 0, int $times = 1): array
    {
        global $table_prefix;
        [$table, $column] = $place;
        $main = $known['table'];
        $key = $table === $main ? $known['id'] : $this->fields()->key($table);
        if ($key === '') {
            return [];
        }
        $alive = $this->alive($known);
        $join = $table !== $main && ($more !== '' || $alive !== '') ? " INNER JOIN $main ON $main.$known[id] = $table.$key" : '';
        $either = implode(' OR ', array_fill(0, $times, "$table.$column $condition"));
        $select = "SELECT $table.$key AS id, $table.$column AS value, $field AS field FROM $table$join INNER JOIN {$table_prefix}_crmentity"
            . " ON {$table_prefix}_crmentity.crmid = $table.$key AND {$table_prefix}_crmentity.deleted = 0";
        return [$select, " WHERE ($either)$more$alive", $values];
    }

    /** The condition that leaves converted leads away. */
    private function alive(array $known): string
    {
        global $table_prefix;
        return $known['table'] === "{$table_prefix}_leaddetails" ? " AND $known[table].converted = 0" : '';
    }

    /**
     * The rows of several such selects; a module whose database fails is told as not asked. Where there may be more than are read
     * at a time, those that the user may see; but of several questions in one ($each) the caller puts each alone then.
     */
    private function asked(string $module, array $parts, Unasked $unasked, int $each = 1): array
    {
        $parts = array_filter($parts);
        $most = self::MOST * $each;
        try {
            $query = implode(' UNION ALL ', array_map(static fn (array $one): string => $one[0] . $one[1], $parts));
            $rows = $parts === [] ? [] : $this->rows($query, array_merge(...array_column($parts, 2)), $most);
            if ($each > 1 || count($rows) < $most) {
                return $rows;
            }
            // A temporary table of the CRM's join can't be opened twice in one query.
            return array_merge(...array_map(fn (array $one): array => $this->seen($module, $one, $unasked), array_values($parts)));
        } catch (\RuntimeException $failure) {
            $unasked->add($module);
            return [];
        }
    }

    /** The rows of one such select that the user may see, the newest first. Where there may be more, that is told. */
    private function seen(string $module, array $part, Unasked $unasked): array
    {
        [$select, $where, $values] = $part;
        $may = fn (array $row): bool => $this->maySee($module, (int) $row['id']);
        return $this->pages("$select {$this->sharing($module)}$where ORDER BY id DESC", $values, self::MOST, $may, $unasked);
    }

    /** The CRM's own join that leaves out what the user may not see; it does not know all that `maySee` knows. */
    private function sharing(string $module): string
    {
        global $current_user;
        return $this->joins[$module] = $this->joins[$module] ?? (string) getNonAdminAccessControlQuery($module, $current_user);
    }

    /**
     * A select of the records whose column matches. What has a word inside is looked for in the index alone, and only so many.
     * Sharing is settled by the CRM's own join, so that a page is full of what the user may see, and asked again in told().
     */
    private function matching(array $known, string $module, string $place, bool $anywhere): string
    {
        global $table_prefix;
        $join = $this->sharing($module);
        $id = "$known[table].$known[id]";
        $most = trim($join) === '' ? self::MOST_INSIDE : self::MOST_INSIDE_SHARED;
        $inside = $anywhere ? " INNER JOIN (SELECT $known[id] AS found FROM $known[table] WHERE $place LIKE ? LIMIT $most) d ON d.found = $id" : '';
        return "SELECT $id AS id FROM $known[table]$inside INNER JOIN {$table_prefix}_crmentity ON {$table_prefix}_crmentity.crmid = $id $join"
            . " WHERE {$table_prefix}_crmentity.deleted = 0" . ($anywhere ? '' : " AND $place LIKE ?") . $this->alive($known);
    }

    /** The values of records: names, addresses, references, and for a card more of them. */
    private function values(array $known, array $numbers, bool $card): array
    {
        global $table_prefix;
        $main = $known['table'];
        $lists = $card ? ['labels', 'state', 'mails', 'sites', 'number', 'phones', 'addresses'] : ['labels', 'state', 'mails', 'sites'];
        $places = [];
        foreach ($lists as $list) {
            $places += array_filter($known[$list], 'is_array');
        }
        foreach (array_keys($known['references']) as $field) {
            $places[$field] = $known['fields'][$field];
        }
        $columns = ["$main.$known[id] AS record", 'e.smownerid AS owner'];
        $joins = [];
        foreach ($places as $field => [$table, $column]) {
            $key = $table === $main ? $known['id'] : $this->fields()->key($table);
            if ($key !== '') {
                $columns[] = "$table.$column AS f_" . count($columns);
                $named["f_" . (count($columns) - 1)] = $field;
                $joins[$table] = $table === $main ? '' : " LEFT JOIN $table ON $table.$key = $main.$known[id]";
            }
        }
        $query = 'SELECT ' . implode(', ', $columns) . " FROM $main INNER JOIN {$table_prefix}_crmentity e ON e.crmid = $main.$known[id] AND e.deleted = 0"
            . implode('', $joins) . " WHERE $main.$known[id] IN (" . self::marks($numbers) . ')' . $this->alive($known);
        $told = [];
        foreach ($this->rows($query, $numbers) as $row) {
            $values = ['record' => $row['record'], 'owner' => $row['owner']];
            foreach ($named ?? [] as $alias => $field) {
                $values['fields'][$field] = trim((string) $row[$alias]);
            }
            $told[] = $values;
        }
        return $told;
    }

    /** The values of a list of fields that are not empty and that the profile shows. */
    private function list(string $module, array $fields, array $row): array
    {
        $values = [];
        foreach (array_keys($fields) as $field) {
            $value = $row['fields'][$field] ?? '';
            if ($value !== '' && $this->mayShow($module, (string) $field)) {
                $values[] = $value;
            }
        }
        return $values;
    }

    private function record(string $module, array $known, array $row): array
    {
        $name = implode(' ', $this->list($module, $known['labels'], $row));
        $mails = $this->list($module, $known['mails'], $row);
        $company = 0;
        $behind = [];
        foreach ($module === 'Accounts' ? [] : $known['references'] as $field => $modules) {
            $to = $this->mayShow($module, (string) $field) ? (int) ($row['fields'][$field] ?? 0) : 0;
            if ($modules === ['Accounts'] && $company === 0) {
                $company = $to;
            }
            if ($to > 0) {
                $behind[] = $to;
            }
        }
        return [
            'name' => $name !== '' ? $name : $this->mails->id($module, (int) $row['record']),
            'detail' => array_merge($this->list($module, $known['state'], $row), $mails)[0] ?? '',
            'company' => $company,
            'behind' => $behind,
            'mails' => $mails,
            'sites' => $this->list($module, $known['sites'], $row),
        ];
    }

    private function card(string $module, array $known, array $row): array
    {
        return [
            'number' => $this->list($module, $known['number'], $row)[0] ?? '',
            'owner' => $this->mayShow($module, 'assigned_user_id') ? $this->owner((int) $row['owner']) : '',
            'address' => implode(', ', $this->list($module, $known['addresses'], $row)),
            'phone' => $this->list($module, $known['phones'], $row)[0] ?? '',
            'state' => $this->list($module, $known['state'], $row)[0] ?? '',
        ];
    }

    private function person(int $number): string
    {
        static $known = [];
        return $known[$number] = $known[$number] ?? (string) ((new Accounts())->byId($number)['full_name'] ?? '');
    }

    /** A user or a group. */
    private function owner(int $number): string
    {
        global $table_prefix;
        $person = $this->person($number);
        return $person !== '' ? $person : (string) ($this->rows("SELECT groupname FROM {$table_prefix}_groups WHERE groupid = ?", [$number])[0]['groupname'] ?? '');
    }

    private function moment(string $time): ?\DateTimeImmutable
    {
        $read = \DateTimeImmutable::createFromFormat('!Y-m-d H:i:s', substr($time, 0, 19), new \DateTimeZone((new Site())->timeZone()));
        return $read === false || strpos($time, '0000') === 0 ? null : $read;
    }

    private function seconds(string $time): int
    {
        $read = $this->moment($time);
        return $read === null ? 0 : $read->getTimestamp();
    }

    private function iso(string $time): string
    {
        $read = $this->moment($time);
        return $read === null ? '' : $read->format('Y-m-d\TH:i:sP');
    }

    private static function like(string $text): string
    {
        return addcslashes($text, '\\%_');
    }
}
