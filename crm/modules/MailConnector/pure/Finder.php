<?php

namespace MailConnector;

/**
 * mailconnectorfind: the records of mail addresses in one answer, and where mails are already linked.
 *
 * Records are read by the stock operations as the user, so that the CRM's own permissions decide what is there.
 */
final class Finder
{
    private const MOST_GIVEN = 25;
    private const MOST_FOUND = 100;
    private const MOST_PARENTS = 10;
    private const REASONS = ['address', 'company', 'opportunity', 'ticket', 'domain'];
    private const CASES = ['Potentials' => 'opportunity', 'HelpDesk' => 'ticket'];
    private const STATES = ['Potentials' => 'sales_stage', 'HelpDesk' => 'ticketstatus'];
    private const CLOSED = ['Potentials' => ['Closed Won', 'Closed Lost'], 'HelpDesk' => ['Closed']];
    private const PUBLIC_DOMAINS = [
        'gmail.com', 'googlemail.com', 'outlook.com', 'hotmail.com', 'live.com', 'msn.com', 'yahoo.com', 'icloud.com',
        'me.com', 'aol.com', 'proton.me', 'protonmail.com', 'gmx.net', 'gmx.de', 'gmx.at', 'gmx.ch', 'web.de',
        't-online.de', 'freenet.de', 'libero.it', 'virgilio.it', 'alice.it', 'tiscali.it', 'tin.it', 'fastwebnet.it',
        'hotmail.it', 'outlook.it', 'yahoo.it', 'orange.fr', 'free.fr', 'laposte.net', 'wanadoo.fr', 'pec.it',
    ];

    private StockOperations $stock;
    private MailLinks $links;
    private Sessions $sessions;
    private int $user;
    private array $shapes = [];
    private array $found = [];
    private bool $complete = true;
    /** Modules that the CRM failed to read, by name. */
    private array $unasked = [];

    public function __construct(StockOperations $stock, MailLinks $links, Sessions $sessions, int $user)
    {
        $this->stock = $stock;
        $this->links = $links;
        $this->sessions = $sessions;
        $this->user = $user;
    }

    public function find(Parameters $given): array
    {
        $addresses = $given->texts('addresses');
        $references = $given->texts('references');
        $this->complete = count($addresses) <= self::MOST_GIVEN && count($references) <= self::MOST_GIVEN;
        $addresses = array_slice($addresses, 0, self::MOST_GIVEN);
        $records = $this->records(array_values(array_filter($addresses, [self::class, 'isAddress'])));
        $links = $this->linked(array_slice($references, 0, self::MOST_GIVEN));
        return [
            'records' => $this->cut($records),
            'links' => $links === null ? null : $this->cut($links),
            'unasked' => array_keys($this->unasked),
            'complete' => $this->complete,
        ];
    }

    private function cut(array $list): array
    {
        $this->complete = $this->complete && count($list) <= self::MOST_FOUND;
        return array_slice($list, 0, self::MOST_FOUND);
    }

    private static function isAddress(string $text): bool
    {
        return strlen($text) <= 320 && preg_match('/^[^\s@][^@\x00-\x1f]*@[^\s@]+$/D', $text) === 1;
    }

    // -- records

    private function records(array $addresses): array
    {
        $this->found = [];
        if ($addresses === []) {
            return [];
        }
        $this->byAddress($addresses);
        if ($this->found === []) {
            $this->byDomain($addresses);
        } else {
            $this->companies();
            $this->cases();
        }
        $records = array_values($this->found);
        usort($records, static function (array $one, array $other): int {
            $rank = static fn (array $record): array => [array_search($record['reason'], self::REASONS, true), $record['order']];
            return $rank($one) <=> $rank($other);
        });
        return array_map(static fn (array $record): array => array_diff_key($record, ['order' => 0, 'row' => 0]), $records);
    }

    private function byAddress(array $addresses): void
    {
        // Without the list nothing can be asked: then the CRM's failure is the answer.
        $types = $this->stock->run('listtypes', ['fieldTypeList' => '["email"]'], $this->user);
        foreach ($types['types'] ?? [] as $module) {
            $shape = $this->links->takesMails($module) ? $this->shape($module) : null;
            if ($shape === null || $shape['mails'] === []) {
                continue;
            }
            $in = ' IN (' . implode(',', array_map([self::class, 'quoted'], $addresses)) . ')';
            $conditions = array_map(static fn (string $field): string => $field . $in, $shape['mails']);
            foreach ($this->query($shape, $conditions) as $row) {
                $about = $this->addressOf($row, $shape, $addresses);
                $this->note($shape, $row, self::CASES[$module] ?? 'address', $about);
            }
        }
    }

    /** The given address that a row has: as it was given, for the database looks past letter case. */
    private function addressOf(array $row, array $shape, array $addresses): string
    {
        foreach ($addresses as $address) {
            foreach ($shape['mails'] as $field) {
                if (strcasecmp(trim((string) ($row[$field] ?? '')), $address) === 0) {
                    return $address;
                }
            }
        }
        return $addresses[0];
    }

    private function byDomain(array $addresses): void
    {
        $shape = $this->links->takesMails('Accounts') ? $this->shape('Accounts') : null;
        $domains = [];
        foreach ($addresses as $address) {
            $domain = strtolower(substr($address, strrpos($address, '@') + 1));
            if (!in_array($domain, self::PUBLIC_DOMAINS, true) && preg_match('/^[^%_\\\\]{3,253}$/D', $domain)) {
                $domains[$domain] = true;
            }
        }
        foreach ($shape === null ? [] : array_keys($domains) as $domain) {
            $conditions = [];
            foreach ($shape['mails'] as $field) {
                $conditions[] = "$field LIKE " . self::quoted("%@$domain");
            }
            foreach ($shape['sites'] as $field) {
                $conditions[] = "$field LIKE " . self::quoted("%$domain%");
            }
            foreach ($conditions === [] ? [] : $this->query($shape, $conditions) as $row) {
                if ($this->isOfDomain($row, $shape, $domain)) {
                    $this->note($shape, $row, 'domain', $domain);
                }
            }
        }
    }

    /** LIKE is only a first sieve: "%rossi.it%" finds grossi.it too. */
    private function isOfDomain(array $row, array $shape, string $domain): bool
    {
        foreach ($shape['mails'] as $field) {
            if (strtolower(substr((string) ($row[$field] ?? ''), -strlen("@$domain"))) === "@$domain") {
                return true;
            }
        }
        foreach ($shape['sites'] as $field) {
            $site = strtolower(preg_replace('~^\w+://|^//~', '', trim((string) ($row[$field] ?? ''))));
            if (preg_replace('~^www\.|[/:?#].*$~', '', $site) === $domain) {
                return true;
            }
        }
        return false;
    }

    private function companies(): void
    {
        $shape = $this->links->takesMails('Accounts') ? $this->shape('Accounts') : null;
        $wanted = [];
        foreach ($shape === null ? [] : $this->found as $record) {
            if ($record['reason'] !== 'address') {
                continue;
            }
            foreach ($this->shape($record['module'])['references'] as $field => $targets) {
                $id = (string) ($record['row'][$field] ?? '');
                if (in_array('Accounts', $targets, true) && preg_match('/^\d+x[1-9]\d*$/D', $id)) {
                    $wanted[$id] = $wanted[$id] ?? $record['name'];
                }
            }
        }
        $this->complete = $this->complete && count($wanted) <= self::MOST_PARENTS;
        foreach (array_slice($wanted, 0, self::MOST_PARENTS, true) as $id => $about) {
            foreach ($this->query($shape, ["id = '$id'"]) as $row) {
                $this->note($shape, $row, 'company', $about);
            }
        }
    }

    /** Open opportunities and tickets that point to found people and companies. */
    private function cases(): void
    {
        $parents = array_filter($this->found, static fn (array $one): bool => in_array($one['reason'], ['address', 'company'], true));
        $this->complete = $this->complete && count($parents) <= 2 * self::MOST_PARENTS;
        foreach (self::CASES as $module => $reason) {
            $shape = $this->links->takesMails($module) ? $this->shape($module) : null;
            $conditions = [];
            foreach ($shape === null ? [] : array_slice($parents, 0, 2 * self::MOST_PARENTS) as $parent) {
                foreach ($shape['references'] as $field => $targets) {
                    if (in_array($parent['module'], $targets, true)) {
                        $conditions[] = "$field = '{$parent['id']}'";
                    }
                }
            }
            foreach ($conditions === [] ? [] : $this->query($shape, $conditions) as $row) {
                $values = array_flip(array_filter($row, 'is_string'));
                $about = current(array_intersect_key($parents, $values));
                $this->note($shape, $row, $reason, $about === false ? '' : $about['name']);
            }
        }
    }

    private function note(array $shape, array $row, string $reason, string $about): void
    {
        $known = $this->found[$row['id']]['reason'] ?? 'none';
        $rank = array_search($known, self::REASONS, true);
        if ($rank !== false && $rank <= array_search($reason, self::REASONS, true)) {
            return;
        }
        $values = array_map(static fn (string $field): string => trim((string) ($row[$field] ?? '')), $shape['labels']);
        $details = array_map(static fn (string $field): string => (string) ($row[$field] ?? ''), array_merge($shape['state'], $shape['mails']));
        $name = implode(' ', array_filter($values, 'strlen'));
        $this->found[$row['id']] = [
            'id' => $row['id'], 'module' => $shape['module'], 'name' => $name === '' ? $row['id'] : $name,
            'detail' => array_values(array_filter($details, 'strlen'))[0] ?? '', 'reason' => $reason, 'about' => $about,
            'order' => count($this->found), 'row' => $row,
        ];
    }

    // -- reading

    /** What a module's records look like to this user; null for a module that the profile hides. */
    private function shape(string $module): ?array
    {
        if (array_key_exists($module, $this->shapes)) {
            return $this->shapes[$module];
        }
        $told = $this->asked($module, 'describe', ['elementType' => $module]);
        if (!isset($told['fields'])) {
            return $this->shapes[$module] = null;
        }
        $shape = ['module' => $module, 'mails' => [], 'sites' => [], 'references' => [], 'state' => [], 'labels' => []];
        $names = [];
        foreach ($told['fields'] as $field) {
            $names[] = $name = (string) $field['name'];
            $kind = $field['type']['name'] ?? '';
            if ($kind === 'email') {
                $shape['mails'][] = $name;
            } elseif ($kind === 'url') {
                $shape['sites'][] = $name;
            } elseif ($kind === 'reference') {
                $shape['references'][$name] = (array) ($field['type']['refersTo'] ?? []);
            }
        }
        $shape['state'] = array_values(array_intersect([self::STATES[$module] ?? ''], $names));
        $labels = array_intersect(array_map('trim', explode(',', (string) ($told['labelFields'] ?? ''))), $names);
        if (in_array('lastname', $labels, true)) {
            usort($labels, static fn (string $a, string $b): int => ($b === 'firstname') <=> ($a === 'firstname'));
        }
        $shape['labels'] = $labels === [] ? array_slice($names, 0, 1) : $labels;
        return $this->shapes[$module] = $shape;
    }

    /** The rows for which one of the conditions holds, without closed cases. */
    private function query(array $shape, array $conditions): array
    {
        $fields = array_unique(array_merge(
            ['id'],
            $shape['labels'],
            $shape['mails'],
            $shape['sites'],
            array_keys($shape['references']),
            $shape['state']
        ));
        $select = 'SELECT ' . implode(',', $fields) . " FROM {$shape['module']} WHERE ";
        $query = $select . implode(' OR ', $conditions) . ' LIMIT 0,101;';
        $rows = (array) $this->asked($shape['module'], 'query', ['query' => $query]);
        $this->complete = $this->complete && count($rows) <= self::MOST_FOUND;
        $state = $shape['state'][0] ?? '';
        $closed = self::CLOSED[$shape['module']] ?? [];
        return array_values(array_filter($rows, static function ($row) use ($state, $closed): bool {
            return isset($row['id']) && !($state !== '' && in_array($row[$state] ?? '', $closed, true));
        }));
    }

    /** What a stock operation answers about a module; null where the CRM refuses that to this user, or fails to. @return mixed */
    private function asked(string $module, string $operation, array $parameters)
    {
        try {
            return $this->stock->run($operation, $parameters, $this->user);
        } catch (\Throwable $error) {
            if (!$this->stock->isDenial($error)) {
                $this->unasked[$module] = true;
            }
            return null;
        }
    }

    /** A text as VTQL takes it: quotes doubled, and what the database takes for an escape escaped. */
    public static function quoted(string $text): string
    {
        return "'" . str_replace(['\\', "'"], ['\\\\', "''"], $text) . "'";
    }

    // -- links

    /** Null where the CRM failed to tell. */
    private function linked(array $references): ?array
    {
        try {
            return $this->links($references);
        } catch (\Throwable $error) {
            return null;
        }
    }

    private function links(array $references): array
    {
        $found = [];
        foreach (array_unique($references) as $reference) {
            if ($reference === '' || strlen($reference) > 998) {
                continue;
            }
            $mails = [];
            foreach ($this->links->copies($reference) as $copy) {
                $mails[$copy['hash']][] = $copy;
            }
            foreach ($mails as $hash => $copies) {
                $records = $this->links->records((string) $hash, $this->user);
                if ($records !== []) {
                    $copies = array_map([$this, 'copyTold'], $copies);
                    $found[] = ['message_id' => $reference, 'records' => $records, 'copies' => $copies];
                }
            }
        }
        return $found;
    }

    private function copyTold(array $copy): array
    {
        $own = (int) $copy['owner'] === $this->user;
        $told = ['by' => $copy['by'], 'at' => $this->sessions->time($copy['created']), 'own' => $own];
        return $own ? $told + ['id' => $copy['id']] : $told;
    }
}
