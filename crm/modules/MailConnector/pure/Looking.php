<?php

namespace MailConnector;

/** mailconnectorsearch and mailconnectorrecord: finding a record by hand, and looking at one. */
final class Looking
{
    private const MATTERING = Found::MODULES;
    private const PAGE = 12;
    private const EVERYWHERE = 4;
    private const MOST_PAGES = 10;
    private const MOST_WORDS = 4;
    private const MAILS = 5;
    private const COMPANIES = 'Accounts';
    private const PEOPLE = ['Contacts', 'Leads'];
    private const CASES = ['Potentials', 'HelpDesk'];

    private Mails $crm;
    private Records $records;
    private Unasked $unasked;
    /** People and companies behind records that were read already, by module and number. */
    private array $read = [];

    public function __construct(OwnMails $own, Records $records)
    {
        $this->crm = $own->crm;
        $this->records = $records;
        $this->unasked = new Unasked();
    }

    public function search(Parameters $given): array
    {
        $module = $given->text('module');
        $page = $given->text('page') === '' ? 1 : $given->number('page', self::MOST_PAGES);
        $words = array_slice(preg_split('/\s+/u', $given->text('text'), -1, PREG_SPLIT_NO_EMPTY) ?: [], 0, self::MOST_WORDS);
        $modules = $this->records->modules();
        if ($module !== '' && (in_array($module, Targets::NEVER, true) || !isset($modules[$module]))) {
            throw Targets::denied($module);
        }
        $others = $given->text('others');
        if ($others !== '' && ($others !== '1' || $module !== '')) {
            throw Parameters::refusal('others');
        }
        $names = array_keys($modules);
        $everywhere = $others === '' ? array_intersect(self::MATTERING, $names) : array_diff($names, self::MATTERING);
        $chosen = $module === '' ? array_values($everywhere) : [$module];
        $size = $module === '' ? self::EVERYWHERE : self::PAGE;
        $found = [];
        $more = [];
        foreach ($words === [] ? [] : $chosen as $one) {
            try {
                $told = $this->page($one, $words, $page, $size, $module !== '', $more);
            } catch (\RuntimeException $failure) {
                $this->unasked->add($one);
                continue;
            }
            $found = array_merge($found, $told);
        }
        return ['records' => $this->withCompanies($found), 'more' => $more !== [], 'more_in' => $more, 'unasked' => $this->unasked->told()];
    }

    public function record(Parameters $given): array
    {
        return $this->card($given->id('id'));
    }

    /** A record as mailconnectorrecord tells it; throws its refusals. */
    public function card(RecordId $id): array
    {
        $targets = new Targets($this->crm, [$id]);
        $targets->checkAny();
        $module = (string) array_key_first($targets->accepted);
        $record = $this->records->told($module, [$id->number], true)[$id->number] ?? null;
        if ($record === null) {
            throw Targets::refusal($id->text);
        }
        $fields = ['number', 'owner', 'address', 'phone', 'state'];
        return ['id' => $id->text, 'module' => $module, 'name' => $record['name'], 'detail' => $record['detail']]
            + array_intersect_key($record, array_flip($fields))
            + $this->behind($module, $record)
            + ['mails' => $this->records->lastMails($id->number, self::MAILS), 'cases' => $this->cases($id->number)]
            + ['unasked' => $this->unasked->told()];
    }

    /** A page of one module: what begins with a word first, what has it inside only where that is too little. */
    private function page(string $module, array $words, int $page, int $size, bool $alone, array &$more): array
    {
        $wanted = $page * $size + 1;
        $numbers = $this->records->search($module, $words, $wanted, false);
        if ($alone && count($numbers) < $wanted) {
            $inside = $this->records->search($module, $words, $wanted, true);
            $numbers = array_values(array_unique(array_merge($numbers, $inside)));
        }
        if (count($numbers) > $page * $size) {
            $more[] = $module;
        }
        $shown = array_slice($numbers, ($page - 1) * $size, $size);
        $told = $shown === [] ? [] : $this->records->told($module, $shown);
        $records = [];
        foreach ($shown as $number) {
            if (isset($told[$number])) {
                $records[] = ['id' => $this->crm->id($module, $number), 'module' => $module] + $told[$number];
            }
        }
        return $records;
    }

    private function withCompanies(array $found): array
    {
        $wanted = [self::COMPANIES => array_column($found, 'company')];
        foreach ($found as $one) {
            foreach ($this->pointed($one['module'], $one) as $number => $module) {
                $wanted[$module][] = $number;
            }
        }
        array_walk($wanted, fn (array $numbers, string $module) => $this->read($module, $numbers));
        return array_map(function (array $one): array {
            $behind = $this->behind($one['module'], $one);
            return [
                'id' => $one['id'], 'module' => $one['module'], 'name' => $one['name'], 'detail' => $one['detail'],
                'company' => ($behind['company'] ?? $behind['person'] ?? ['name' => ''])['name'],
            ];
        }, $found);
    }

    /** The person and the company behind a record, as the user is shown them. Of a case that names no company it is the person's. */
    private function behind(string $module, array $record): array
    {
        $found = ['person' => null, 'company' => null];
        foreach ($this->pointed($module, $record) as $number => $its) {
            $found[$its === self::COMPANIES ? 'company' : 'person'] ??= $this->read($its, [$number])[$number];
        }
        $company = $record['company'] > 0 ? $record['company'] : $found['person']['company'] ?? 0;
        if ($company > 0) {
            $found['company'] ??= $this->read(self::COMPANIES, [$company])[$company];
        }
        return array_map(static fn (?array $one): ?array => $one === null ? null : array_diff_key($one, ['company' => 0]), $found);
    }

    /** The people and companies that a record points to which is none itself: module by number. */
    private function pointed(string $module, array $record): array
    {
        $pointed = [];
        foreach (in_array($module, self::PEOPLE, true) ? [] : $record['behind'] as $number) {
            $pointed[$number] = $this->crm->module($number);
        }
        return array_filter($pointed, static fn (string $its): bool => $its === self::COMPANIES || in_array($its, self::PEOPLE, true));
    }

    /** Records of a module that the user may see, each read once; null for the others. */
    private function read(string $module, array $numbers): array
    {
        $known = $this->read[$module] ?? [];
        $new = array_values(array_unique(array_diff(array_filter($numbers), array_keys($known))));
        $told = $new === [] ? [] : $this->records->told($module, $new);
        foreach ($new as $number) {
            $one = $told[$number] ?? null;
            $known[$number] = $one === null
                ? null
                : ['id' => $this->crm->id($module, $number), 'module' => $module, 'name' => $one['name'], 'company' => $one['company']];
        }
        $this->read[$module] = $known;
        return array_intersect_key($known, array_flip($numbers));
    }

    private function cases(int $record): array
    {
        $cases = [];
        foreach (self::CASES as $module) {
            $numbers = array_keys($this->records->cases($module, [$record], $this->unasked));
            foreach ($numbers === [] ? [] : $this->records->told($module, $numbers) as $number => $case) {
                $cases[] = ['id' => $this->crm->id($module, $number), 'module' => $module, 'name' => $case['name'], 'detail' => $case['detail']];
            }
        }
        return $cases;
    }
}
