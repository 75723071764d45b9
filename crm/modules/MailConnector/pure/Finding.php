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
    private const MOST_RECENT = 10;
    /** Domains that a question names, and that are taken from people where it names none. */
    private const MOST_DOMAINS = 8;
    private const PEOPLES_DOMAINS = 3;
    private const CASES = ['Potentials' => 'opportunity', 'HelpDesk' => 'ticket'];
    private const COMPANIES = 'Accounts';
    private const LEADS = 'Leads';

    private OwnMails $own;
    private Mails $crm;
    private Records $records;
    private Sessions $sessions;
    private Store $store;
    private Unasked $unasked;
    private Found $found;
    private bool $complete = true;
    /** @var string[] the addresses, as they were given, that a record has which the user sees */
    private array $known = [];

    public function __construct(OwnMails $own, Records $records, Sessions $sessions, Store $store)
    {
        $this->own = $own;
        $this->crm = $own->crm;
        $this->records = $records;
        $this->sessions = $sessions;
        $this->store = $store;
        $this->unasked = new Unasked();
        $this->found = new Found();
    }

    public function find(Parameters $given): array
    {
        $people = $this->people($given);
        $subject = $given->text('subject');
        $own = MailParameter::line($given->text('message_id'));
        $references = $given->texts('references');
        $recent = self::recordIds($given->texts('recent', self::MOST_RECENT));
        $this->complete = count($references) <= self::MOST_REFERENCES;
        $references = array_slice($references, 0, self::MOST_REFERENCES);
        $this->byAddress($people, false);
        try {
            $links = $this->links(array_values(array_unique(array_merge($own === '' ? [] : [$own], $references))), $own);
        } catch (\RuntimeException $failure) {
            $links = null;
        }
        $this->byNumber($subject);
        $this->recent($recent);
        $this->companies();
        $this->cases();
        $named = $given->text('domains') !== '';
        $this->byDomain($named ? self::plausible($given->texts('domains', self::MOST_DOMAINS)) : self::domainsOf($people), $named);
        $this->byAddress($people, true);
        return [
            'records' => $this->cut(array_map([$this, 'recordTold'], $this->found->told())),
            'links' => $links === null ? null : $this->cut($links),
            'known' => array_values(array_unique($this->known)),
            'unasked' => $this->unasked->told(),
            'complete' => $this->complete && !$this->unasked->isCut(),
        ];
    }

    /** @return RecordId[] */
    private static function recordIds(array $texts): array
    {
        $ids = array_map([RecordId::class, 'of'], $texts);
        if (in_array(null, $ids, true)) {
            throw Parameters::refusal('recent');
        }
        return $ids;
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
                $its = self::asked($mails, $record['mails']);
                if ($its !== []) {
                    $place = (int) array_search($its[0], array_map('strval', array_keys($people)), true);
                    $this->found->note($module, $number, $record, $reason, $its[0], $place, $wanted[$its[0]] ?? '');
                    $this->known = array_merge($this->known, $its);
                }
            }
        }
    }

    /** Those of the addresses, as they were given, that a record has. The database looks past accents, too, which make another address. */
    private static function asked(array $mails, array $stored): array
    {
        $has = static fn (string $mail): bool => array_filter($stored, static fn (string $one): bool => self::same($mail, $one)) !== [];
        return array_values(array_filter($mails, $has));
    }

    private function byNumber(string $subject): void
    {
        $texts = [];
        foreach ($subject === '' ? [] : $this->records->prefixes() as [$prefix, $module]) {
            $number = '/(?<![\p{L}\p{N}])' . preg_quote($prefix, '/') . '\d{1,12}(?![\p{L}\p{N}])/iu';
            if ($prefix !== '' && $module !== '' && preg_match_all($number, $subject, $found, PREG_OFFSET_CAPTURE)) {
                array_push($texts, ...array_map(static fn (array $one): array => [$one[1], strtoupper($one[0]), $module], $found[0]));
            }
        }
        usort($texts, static fn (array $one, array $other): int => $one[0] <=> $other[0]);
        $byModule = $places = [];
        foreach (array_slice($texts, 0, self::MOST_NUMBERS) as $place => [, $text, $module]) {
            $byModule[$module][] = $text;
            $places += [$text => $place];
        }
        foreach ($byModule as $module => $wanted) {
            $numbers = $this->records->numbered((string) $module, array_values(array_unique($wanted)), $this->unasked);
            foreach ($this->told((string) $module, array_keys($numbers)) as $number => $record) {
                $this->found->note((string) $module, $number, $record, 'number', $numbers[$number], $places[$numbers[$number]] ?? 0);
            }
        }
    }

    /**
     * Records that were chosen for a correspondent before, those of them that the user may see.
     *
     * @param RecordId[] $ids
     */
    private function recent(array $ids): void
    {
        $byModule = $places = [];
        $leads = [];
        foreach ($ids as $place => $id) {
            $module = $this->crm->module($id->number);
            if ($module !== '' && $this->crm->id($module, $id->number) === $id->text) {
                $byModule[$module][] = $id->number;
                $places += [$id->number => $place];
            } elseif ($this->crm->id(self::LEADS, $id->number) === $id->text) {
                $leads[$id->number] = $place;
            }
        }
        foreach ($this->successors(array_keys($leads)) as $lead => [$module, $number, $record]) {
            $this->found->note($module, $number, $record, 'recent', '', $leads[$lead]);
        }
        foreach ($byModule as $module => $numbers) {
            foreach ($this->told((string) $module, array_values(array_unique($numbers))) as $number => $record) {
                $this->found->note((string) $module, $number, $record, 'recent', '', $places[$number]);
            }
        }
    }

    /** The companies of found people. */
    private function companies(): void
    {
        $wanted = [];
        foreach ($this->found->for(['address', 'conversation']) as $one) {
            if ($one['company'] > 0) {
                $wanted += [$one['company'] => $one['name']];
            }
        }
        $this->complete = $this->complete && count($wanted) <= self::MOST_PARENTS;
        $wanted = array_slice($wanted, 0, self::MOST_PARENTS, true);
        $places = array_flip(array_keys($wanted));
        foreach ($wanted === [] ? [] : $this->told(self::COMPANIES, array_keys($wanted)) as $number => $record) {
            $this->found->note(self::COMPANIES, $number, $record, 'company', $wanted[$number], $places[$number]);
        }
    }

    /** Open opportunities and tickets that point to people and companies of the mail. */
    private function cases(): void
    {
        $parents = $this->found->for(['address', 'conversation', 'company']);
        $this->complete = $this->complete && count($parents) <= 2 * self::MOST_PARENTS;
        $numbers = array_slice(array_keys($parents), 0, 2 * self::MOST_PARENTS);
        $places = array_flip($numbers);
        foreach ($numbers === [] ? [] : self::CASES as $module => $reason) {
            $cases = $this->records->cases($module, $numbers, $this->unasked);
            foreach ($this->told($module, array_keys($cases)) as $number => $record) {
                $this->found->note($module, $number, $record, $reason, $parents[$cases[$number]]['name'] ?? '', $places[$cases[$number]] ?? 0);
            }
        }
    }

    /** The domains of the people, and those above. */
    private static function domainsOf(array $people): array
    {
        $mails = array_map('strval', array_keys(array_filter($people, static fn (string $role): bool => $role !== 'text')));
        $domains = self::plausible(array_map(static fn (string $mail): string => substr($mail, strrpos($mail, '@') + 1), $mails));
        return self::withParents(array_slice($domains, 0, self::PEOPLES_DOMAINS));
    }

    /** Those that can be a company's domain, each once. */
    private static function plausible(array $texts): array
    {
        $domains = array_unique(array_map('strtolower', $texts));
        $fitting = static fn (string $one): bool => !PublicDomains::has($one) && preg_match('/^[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]{1,251}[\p{L}\p{M}\p{N}]$/Du', $one) === 1;
        return array_values(array_filter($domains, $fitting));
    }

    /**
     * Companies of the domains of which none is found by now: who belongs to one that is known needs no guess. $below: a site below
     * a domain is of it, too. What is a public suffix only the client knows, who names the domains.
     */
    private function byDomain(array $domains, bool $below): void
    {
        $known = $this->found->of(self::COMPANIES);
        $domains = array_filter(
            $domains,
            static fn (string $domain): bool => array_filter($known, static fn (array $one): bool => self::isOf($domain, $one, $below)) === []
        );
        $companies = $domains === [] ? [] : $this->records->ofDomains(array_values($domains), $this->unasked);
        foreach ($domains as $place => $domain) {
            $its = array_filter($companies, static fn (array $company): bool => self::isOf($domain, $company, $below));
            foreach ($this->told(self::COMPANIES, array_values(array_unique(array_column($its, 'number')))) as $number => $record) {
                // A hidden field is no reason.
                if (self::isOf($domain, $record, $below)) {
                    $this->found->note(self::COMPANIES, $number, $record, 'domain', $domain, $place);
                }
            }
        }
    }

    /** Domains, each before the one above it: who writes from mail.northwind.example is of northwind.example. */
    private static function withParents(array $domains): array
    {
        $all = [];
        foreach ($domains as $domain) {
            $above = substr($domain, (int) strpos($domain, '.') + 1);
            $all[] = $domain;
            if (strpos($above, '.') > 0 && !PublicDomains::has($above)) {
                $all[] = $above;
            }
        }
        return array_values(array_unique($all));
    }

    /** A company's address or site in a domain. LIKE is only a first sieve: "%rossi.it%" finds grossi.it too. */
    private static function isOf(string $domain, array $company, bool $below): bool
    {
        foreach ($company['mails'] as $mail) {
            if (self::same($domain, substr((string) strrchr($mail, '@'), 1))) {
                return true;
            }
        }
        foreach ($company['sites'] as $site) {
            $host = (string) preg_replace('~^\w+://|^//~', '', trim($site));
            $host = (string) preg_replace('~^www\.|[/:?#].*$~i', '', $host);
            if (self::same($domain, $host) || ($below && preg_match('/\.' . preg_quote($domain, '/') . '$/Diu', $host) === 1)) {
                return true;
            }
        }
        return false;
    }

    /** Without letter case, also of letters that ASCII has not, and without mbstring. */
    private static function same(string $one, string $other): bool
    {
        return preg_match('/^' . preg_quote(trim($one), '/') . '$/Diu', trim($other)) === 1;
    }

    private function links(array $messageIds, string $own): array
    {
        $messageIds = array_values(array_filter($messageIds, static fn (string $id): bool => $id !== '' && strlen($id) <= 998));
        $stored = $messageIds === [] ? [] : $this->records->mails($messageIds, $this->unasked);
        [$related, $successors] = $this->related($stored);
        $links = [];
        foreach ($messageIds as $place => $messageId) {
            $mails = [];
            foreach ($stored[$messageId] ?? [] as $copy) {
                $mails[$copy['hash']][] = $copy;
            }
            foreach ($mails as $hash => $copies) {
                $records = $this->linked($related[$hash] ?? [], $copies[0]['subject'], $messageId === $own ? -1 : $place);
                foreach ($messageId === $own ? [] : $successors[$hash] ?? [] as [$module, $number, $record]) {
                    $this->found->note($module, $number, $record, 'conversation', $copies[0]['subject'], $place);
                }
                if ($records !== []) {
                    $links[] = [
                        'message_id' => $messageId, 'subject' => $copies[0]['subject'], 'records' => $records,
                        'copies' => array_map(fn (array $copy): array => $this->copyTold($copy, $messageId === $own ? $records : []), $copies),
                    ];
                }
            }
        }
        return $links;
    }

    /**
     * What the user is shown of the records of mails, all looked at together: by number, by module, by the mail's hash; and what has
     * become of converted leads among them, by the mail's hash.
     */
    private function related(array $stored): array
    {
        $hashes = array_unique(array_column(array_merge([], ...array_values($stored)), 'hash'));
        $byHash = $hashes === [] ? [] : $this->records->ofMails(array_values($hashes), $this->unasked);
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
        $related = $successors = [];
        $became = $this->successors(array_values(array_diff_key($byModule[self::LEADS] ?? [], $told[self::LEADS] ?? [])));
        foreach ($byHash as $hash => $records) {
            foreach ($records as $number => $module) {
                if (isset($told[$module][$number])) {
                    $related[$hash][$module][$number] = $told[$module][$number];
                }
            }
            $successors[$hash] = array_intersect_key($became, $records);
        }
        return [$related, $successors];
    }

    /** What converted leads have become: of contact, company and opportunity the first that the user may see. By lead: module, number, record. */
    private function successors(array $leads): array
    {
        $became = $leads === [] ? [] : $this->records->converted($leads);
        $byModule = $found = [];
        foreach ($became as $all) {
            foreach ($all as $module => $number) {
                $byModule[$module][] = $number;
            }
        }
        foreach ($byModule as $module => $numbers) {
            $byModule[$module] = $this->told((string) $module, array_values(array_unique($numbers)));
        }
        foreach ($became as $lead => $all) {
            foreach (array_reverse($all, true) as $module => $number) {
                $found[$lead] = isset($byModule[$module][$number]) ? [$module, $number, $byModule[$module][$number]] : $found[$lead] ?? null;
            }
        }
        return array_filter($found);
    }

    /** The records of a mail; those of an earlier mail of the conversation, which is at this place, are suggested too. */
    private function linked(array $byModule, string $subject, int $place): array
    {
        $told = [];
        foreach ($byModule as $module => $records) {
            foreach ($records as $number => $record) {
                $told[] = ['id' => $this->crm->id((string) $module, $number), 'module' => $module, 'name' => $record['name']];
                if ($place >= 0) {
                    $this->found->note((string) $module, $number, $record, 'conversation', $subject, $place);
                }
            }
        }
        return $told;
    }

    /** An own copy also tells which of these records a link of this user has related it to. */
    private function copyTold(array $copy, array $records): array
    {
        $own = $copy['owner'] === $this->own->user;
        $told = ['by' => $copy['by'], 'at' => $this->sessions->time($copy['created']), 'own' => $own];
        if (!$own) {
            return $told;
        }
        $links = array_filter($records === [] ? [] : $this->store->links([$copy['number']]), fn (array $link): bool => $link['user'] === $this->own->user);
        $numbers = array_column($links, 'record', 'record');
        $mine = array_filter(array_column($records, 'id'), static fn (string $id): bool => isset($numbers[(int) substr($id, (int) strpos($id, 'x') + 1)]));
        return $told + ['id' => $this->crm->id('Messages', $copy['number']), 'mine' => array_values($mine)];
    }

    private function told(string $module, array $numbers): array
    {
        return $numbers === [] || in_array($module, Targets::NEVER, true) ? [] : $this->records->told($module, $numbers);
    }

    private function recordTold(array $one): array
    {
        return ['id' => $this->crm->id($one['module'], $one['number'])] + array_diff_key($one, ['number' => 0]);
    }

    private function cut(array $list): array
    {
        $this->complete = $this->complete && count($list) <= self::MOST_FOUND;
        return array_slice($list, 0, self::MOST_FOUND);
    }
}
