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
    private const CASES = ['Potentials', 'HelpDesk'];

    private Mails $crm;
    private Records $records;
    private Unasked $unasked;

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
        $company = $record['company'] > 0 ? $this->records->told('Accounts', [$record['company']])[$record['company']] ?? null : null;
        $fields = ['number', 'owner', 'address', 'phone', 'state'];
        return ['id' => $id->text, 'module' => $module, 'name' => $record['name'], 'detail' => $record['detail']]
            + array_intersect_key($record, array_flip($fields))
            + ['company' => $company === null ? null : ['id' => $this->crm->id('Accounts', $record['company']), 'name' => $company['name']]]
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
        $numbers = array_values(array_unique(array_filter(array_column($found, 'company'))));
        $companies = $numbers === [] ? [] : $this->records->told('Accounts', $numbers);
        return array_map(static fn (array $one): array => [
            'id' => $one['id'], 'module' => $one['module'], 'name' => $one['name'], 'detail' => $one['detail'],
            'company' => $companies[$one['company']]['name'] ?? '',
        ], $found);
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
