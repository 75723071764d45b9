<?php

namespace MailConnector;

/** mailconnectorfind: everything that the first look at a mail needs. Who matters to it, and where it is linked. */
final class Finding
{
    private const ROLES = ['from', 'sender', 'reply-to', 'to', 'cc', 'text'];
    private const MOST_PEOPLE = 50;
    private const MOST_REFERENCES = 25;
    private const MOST_FOUND = 100;
    private const MOST_PARENTS = 20;
    private const MOST_NUMBERS = 10;
    private const REASONS = ['address', 'conversation', 'number', 'company', 'opportunity', 'ticket', 'domain', 'text'];
    private const CASES = ['Potentials' => 'opportunity', 'HelpDesk' => 'ticket'];
    private const COMPANIES = 'Accounts';

    private OwnMails $own;
    private Mails $crm;
    private Records $records;
    private Sessions $sessions;
    private Unasked $unasked;
    private bool $complete = true;
    private array $found = [];

    public function __construct(OwnMails $own, Records $records, Sessions $sessions)
    {
        $this->own = $own;
        $this->crm = $own->crm;
        $this->records = $records;
        $this->sessions = $sessions;
        $this->unasked = new Unasked();
    }

    public function find(Parameters $given): array
    {
        $people = $this->people($given);
        $subject = $given->text('subject');
        $own = MailParameter::line($given->text('message_id'));
        $references = $given->texts('references');
        $this->complete = count($references) <= self::MOST_REFERENCES;
        $references = array_slice($references, 0, self::MOST_REFERENCES);
        $this->byAddress($people, false);
        try {
            $links = $this->links(array_unique(array_merge($own === '' ? [] : [$own], $references)), $own);
        } catch (\RuntimeException $failure) {
            $links = null;
        }
        $this->byNumber($subject);
        $this->companies();
        $this->cases();
        if (!in_array('address', array_column($this->found, 'reason'), true)) {
            $this->byDomain($people);
        }
        $this->byAddress($people, true);
        return [
            'records' => $this->cut($this->ordered()),
            'links' => $links === null ? null : $this->cut($links),
            'unasked' => $this->unasked->told(),
            'complete' => $this->complete,
        ];
    }

    /** Roles by address, in the order in which they were given. */
    private function people(Parameters $given): array
    {
        $list = $given->list('people');
        if (count($list) > self::MOST_PEOPLE) {
            throw Parameters::refusal('people');
        }
        $people = [];
        foreach ($list as $person) {
            $mail = is_array($person) ? $person['mail'] ?? null : null;
            $role = is_array($person) ? $person['role'] ?? null : null;
            if (!is_string($mail) || !in_array($role, self::ROLES, true) || count($person) !== 2) {
                throw Parameters::refusal('people');
            }
            $mail = trim($mail);
            if (strlen($mail) <= 320 && preg_match('/^[^\s@][^@\x00-\x1f]*@[^\s@]+$/Du', $mail) === 1) {
                $people += [$mail => $role];
            }
        }
        return $people;
    }

    /** Records that have one of the people's addresses; those of a mail's text are asked for alone, and last. */
    private function byAddress(array $people, bool $text): void
    {
        $wanted = array_filter($people, static fn (string $role): bool => ($role === 'text') === $text);
        if ($wanted === []) {
            return;
        }
        $mails = array_map('strval', array_keys($wanted));
        foreach ($this->records->withAddresses($mails, $this->unasked) as $module => $numbers) {
            $reason = $text ? 'text' : (self::CASES[$module] ?? 'address');
            foreach ($this->told($module, array_keys($numbers)) as $number => $record) {
                $mail = self::given($mails, $numbers[$number]);
                $this->note($module, $number, $record, $reason, $mail, $wanted[$mail] ?? '', (int) array_search($mail, $mails, true));
            }
        }
    }

    /** The address as it was given, for the database looks past letter case. */
    private static function given(array $mails, string $stored): string
    {
        foreach ($mails as $mail) {
            if (strcasecmp($mail, trim($stored)) === 0) {
                return $mail;
            }
        }
        return $mails[0];
    }

    private function byNumber(string $subject): void
    {
        $prefixes = $subject === '' ? [] : array_filter($this->records->prefixes(), 'strlen');
        $any = implode('|', array_map(static fn ($one): string => preg_quote((string) $one, '/'), array_keys($prefixes)));
        if ($any === '' || preg_match_all("/(?<![\\p{L}\\p{N}])($any)\\d{1,12}(?![\\p{L}\\p{N}])/iu", $subject, $texts, PREG_SET_ORDER) === false) {
            return;
        }
        $byModule = [];
        foreach (array_slice($texts, 0, self::MOST_NUMBERS) as [$text, $prefix]) {
            $byModule[$prefixes[strtoupper($prefix)] ?? ''][] = strtoupper($text);
        }
        foreach (array_diff_key($byModule, ['' => 0]) as $module => $wanted) {
            $numbers = $this->records->numbered((string) $module, array_values(array_unique($wanted)), $this->unasked);
            foreach ($this->told((string) $module, array_keys($numbers)) as $number => $record) {
                $this->note((string) $module, $number, $record, 'number', $numbers[$number], '');
            }
        }
    }

    /** The companies of found people. */
    private function companies(): void
    {
        $wanted = [];
        foreach ($this->found as $one) {
            if ($one['company'] > 0 && in_array($one['reason'], ['address', 'conversation'], true)) {
                $wanted += [$one['company'] => $one['name']];
            }
        }
        $this->complete = $this->complete && count($wanted) <= self::MOST_PARENTS;
        $wanted = array_slice($wanted, 0, self::MOST_PARENTS, true);
        foreach ($wanted === [] ? [] : $this->told(self::COMPANIES, array_keys($wanted)) as $number => $record) {
            $this->note(self::COMPANIES, $number, $record, 'company', $wanted[$number], '');
        }
    }

    /** Open opportunities and tickets that point to found people and companies. */
    private function cases(): void
    {
        $parents = array_filter($this->found, static fn (array $one): bool => in_array($one['reason'], ['address', 'company'], true));
        $this->complete = $this->complete && count($parents) <= 2 * self::MOST_PARENTS;
        $numbers = array_slice(array_keys($parents), 0, 2 * self::MOST_PARENTS);
        foreach ($numbers === [] ? [] : self::CASES as $module => $reason) {
            $cases = $this->records->cases($module, $numbers, $this->unasked);
            foreach ($this->told($module, array_keys($cases)) as $number => $record) {
                $this->note($module, $number, $record, $reason, $parents[$cases[$number]]['name'] ?? '', '');
            }
        }
    }

    private function byDomain(array $people): void
    {
        $domains = [];
        foreach ($people as $mail => $role) {
            $domain = strtolower(substr((string) $mail, strrpos((string) $mail, '@') + 1));
            if ($role !== 'text' && !PublicDomains::has($domain) && preg_match('/^[a-z0-9.-]{3,253}$/D', $domain) === 1) {
                $domains[$domain] = true;
            }
        }
        $domains = array_slice(array_map('strval', array_keys($domains)), 0, 3);
        $companies = $domains === [] ? [] : $this->records->ofDomains($domains, $this->unasked);
        foreach ($domains as $domain) {
            $its = array_filter($companies, static fn (array $company): bool => self::isOf($domain, $company));
            foreach ($this->told(self::COMPANIES, array_values(array_unique(array_column($its, 'number')))) as $number => $record) {
                // A hidden field is no reason.
                if (self::isOf($domain, $record)) {
                    $this->note(self::COMPANIES, $number, $record, 'domain', $domain, '');
                }
            }
        }
    }

    /** A company's address or site in a domain. LIKE is only a first sieve: "%rossi.it%" finds grossi.it too. */
    private static function isOf(string $domain, array $company): bool
    {
        foreach ($company['mails'] as $mail) {
            if (strtolower(substr(trim($mail), -strlen("@$domain"))) === "@$domain") {
                return true;
            }
        }
        foreach ($company['sites'] as $site) {
            $host = strtolower((string) preg_replace('~^\w+://|^//~', '', trim($site)));
            if (preg_replace('~^www\.|[/:?#].*$~', '', $host) === $domain) {
                return true;
            }
        }
        return false;
    }

    private function links(array $messageIds, string $own): array
    {
        $messageIds = array_values(array_filter($messageIds, static fn (string $id): bool => $id !== '' && strlen($id) <= 998));
        $stored = $messageIds === [] ? [] : $this->records->mails($messageIds);
        $related = $this->related($stored);
        $links = [];
        foreach ($messageIds as $messageId) {
            $mails = [];
            foreach ($stored[$messageId] ?? [] as $copy) {
                $mails[$copy['hash']][] = $copy;
            }
            foreach ($mails as $hash => $copies) {
                $records = $this->linked($related[$hash] ?? [], $messageId === $own ? '' : $copies[0]['subject']);
                if ($records !== []) {
                    $links[] = [
                        'message_id' => $messageId, 'subject' => $copies[0]['subject'], 'records' => $records,
                        'copies' => array_map([$this, 'copyTold'], $copies),
                    ];
                }
            }
        }
        return $links;
    }

    /** What the user is shown of the records of mails, all looked at together: by number, by module, by the mail's hash. */
    private function related(array $stored): array
    {
        $hashes = array_unique(array_column(array_merge([], ...array_values($stored)), 'hash'));
        $byHash = $hashes === [] ? [] : $this->records->ofMails(array_values($hashes));
        $byModule = [];
        foreach ($byHash as $records) {
            foreach ($records as $number => $module) {
                $byModule[$module][$number] = $number;
            }
        }
        $told = [];
        foreach ($byModule as $module => $numbers) {
            $told[$module] = $this->told((string) $module, array_values($numbers));
        }
        $related = [];
        foreach ($byHash as $hash => $records) {
            foreach ($records as $number => $module) {
                if (isset($told[$module][$number])) {
                    $related[$hash][$module][$number] = $told[$module][$number];
                }
            }
        }
        return $related;
    }

    /** The records of a mail; those of an earlier mail of the conversation are suggested too. */
    private function linked(array $byModule, string $conversation): array
    {
        $told = [];
        foreach ($byModule as $module => $records) {
            foreach ($records as $number => $record) {
                $told[] = ['id' => $this->crm->id((string) $module, $number), 'module' => $module, 'name' => $record['name']];
                if ($conversation !== '') {
                    $this->note((string) $module, $number, $record, 'conversation', $conversation, '');
                }
            }
        }
        return $told;
    }

    private function copyTold(array $copy): array
    {
        $own = $copy['owner'] === $this->own->user;
        $told = ['by' => $copy['by'], 'at' => $this->sessions->time($copy['created']), 'own' => $own];
        return $own ? $told + ['id' => $this->crm->id('Messages', $copy['number'])] : $told;
    }

    private function told(string $module, array $numbers): array
    {
        return $numbers === [] || in_array($module, Targets::NEVER, true) ? [] : $this->records->told($module, $numbers);
    }

    private function note(string $module, int $number, array $record, string $reason, string $about, string $role, int $person = 0): void
    {
        $rank = array_search($reason, self::REASONS, true);
        $known = $this->found[$number]['rank'] ?? count(self::REASONS);
        if ($rank < $known) {
            $order = $this->found[$number]['order'] ?? count($this->found);
            $this->found[$number] = [
                'id' => $this->crm->id($module, $number), 'module' => $module, 'name' => $record['name'], 'detail' => $record['detail'],
                'reason' => $reason, 'about' => $about, 'role' => $role, 'rank' => $rank, 'person' => $person, 'order' => $order, 'company' => $record['company'],
            ];
        }
    }

    private function ordered(): array
    {
        $records = array_values($this->found);
        usort($records, static fn (array $one, array $other): int => [$one['rank'], $one['person'], $one['order']] <=> [$other['rank'], $other['person'], $other['order']]);
        return array_map(static fn (array $one): array => array_diff_key($one, ['rank' => 0, 'person' => 0, 'order' => 0, 'company' => 0]), $records);
    }

    private function cut(array $list): array
    {
        $this->complete = $this->complete && count($list) <= self::MOST_FOUND;
        return array_slice($list, 0, self::MOST_FOUND);
    }
}
