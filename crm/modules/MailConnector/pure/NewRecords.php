<?php

namespace MailConnector;

/** mailconnectorforms and mailconnectorcreate: making a record from a mail, of few modules and few fields. */
final class NewRecords
{
    /** Our names of fields by module: the CRM's name, and the kind. No other field is ever set, but those that the CRM wants filled. */
    private const FIELDS = [
        'Contacts' => [
            'first_name' => ['firstname', 'text'], 'last_name' => ['lastname', 'text'], 'company' => ['account_id', 'record'], 'mail' => ['email', 'mail'],
            'phone' => ['phone', 'phone'], 'mobile' => ['mobile', 'phone'], 'title' => ['title', 'text'], 'description' => ['description', 'long'],
        ],
        'Leads' => [
            'first_name' => ['firstname', 'text'], 'last_name' => ['lastname', 'text'], 'company' => ['company', 'text'], 'mail' => ['email', 'mail'],
            'phone' => ['phone', 'phone'], 'mobile' => ['mobile', 'phone'], 'title' => ['designation', 'text'], 'website' => ['website', 'url'],
            'description' => ['description', 'long'],
        ],
        'Accounts' => [
            'company' => ['accountname', 'text'], 'mail' => ['email1', 'mail'], 'phone' => ['phone', 'phone'], 'website' => ['website', 'url'],
            'description' => ['description', 'long'],
        ],
        'HelpDesk' => [
            'title' => ['ticket_title', 'text'], 'company' => ['parent_id', 'record'], 'category' => ['ticketcategories', 'choice'],
            'priority' => ['ticketpriorities', 'choice'], 'state' => ['ticketstatus', 'choice'], 'description' => ['description', 'long'],
        ],
    ];
    private const PARENTS = ['Accounts', 'Contacts'];
    /** What else is told of a field, by its kind; of dates and numbers where there is such a limit. */
    private const TOLD = [
        'choice' => ['values'], 'several' => ['values'], 'record' => ['modules'], 'moment' => ['zone'], 'date' => ['least', 'most'],
        'number' => ['decimals', 'least', 'most', 'unit'],
    ];
    /** What is sent again within so many seconds makes no second record. */
    private const SECONDS = 60;
    private const NONE = '-';
    /** What the name of a field that is none of ours begins with. */
    private const MORE = 'crm_';
    private const LONGEST_NAME = 40;

    private OwnMails $own;
    private Records $records;
    private Forms $forms;
    private Store $store;
    private ?array $shown = null;
    /** @var callable returns Unix seconds */
    private $clock;

    public function __construct(OwnMails $own, Records $records, Forms $forms, Store $store, callable $clock)
    {
        $this->own = $own;
        $this->records = $records;
        $this->forms = $forms;
        $this->store = $store;
        $this->clock = $clock;
    }

    /** The modules that there are forms of. */
    public static function modules(): array
    {
        return array_keys(self::FIELDS);
    }

    /** The modules of which the administrator lets records be made: all, until something was set. */
    public static function allowed(Store $store): array
    {
        $set = $store->setting('create');
        return $set === '' ? self::modules() : array_values(array_intersect(self::modules(), explode(',', $set)));
    }

    /** Set these modules; what is none of ours is left out. */
    public static function allow(Store $store, array $modules): void
    {
        $store->setSetting('create', implode(',', array_intersect(self::modules(), $modules)) ?: self::NONE);
    }

    public function told(): array
    {
        $forms = [];
        foreach ($this->open() as $module => $labels) {
            $asked = $this->asked($module);
            $fields = $this->fields($module, $asked);
            if ($fields !== []) {
                $forms[] = ['module' => $module] + $labels + ['fields' => array_map([self::class, 'fieldTold'], array_keys($fields), $fields)]
                    + ['lacking' => array_column(self::lacking($asked, $fields), 'label')];
            }
        }
        return ['forms' => $forms];
    }

    public function create(Parameters $given): array
    {
        $module = $given->text('module');
        if (!isset(self::FIELDS[$module])) {
            throw Parameters::refusal('module');
        }
        if (!isset($this->open()[$module])) {
            throw Targets::denied($module);
        }
        $asked = $this->asked($module);
        $fields = $this->fields($module, $asked);
        $texts = $given->object('fields');
        $this->checkComplete($asked, $fields, $texts);
        $values = $this->values($fields, $texts) + $this->parent($fields, $given);
        ksort($values);
        $mark = Secret::hash(json_encode([$this->own->user, $module, $values], JSON_THROW_ON_ERROR));
        return $this->own->crm->oneAtATime("create $mark", function () use ($mark, $module, $values): array {
            $now = ($this->clock)();
            $number = $this->store->made($mark, $now - self::SECONDS);
            if ($number === 0 || !$this->own->crm->maySee($module, $number) || $this->own->crm->module($number) !== $module) {
                $number = $this->forms->make($module, $values);
                $this->store->noteMade($mark, $number, $now);
            }
            return ['record' => (new Looking($this->own, $this->records))->card(RecordId::of($this->own->crm->id($module, $number)))];
        });
    }

    /** The modules of which this user may make records: labels by name. */
    private function open(): array
    {
        $shown = array_intersect_key($this->shown(), array_flip(self::allowed($this->store)));
        $may = array_filter(array_keys($shown), fn (string $module): bool => $this->own->crm->may($module));
        return array_replace(array_flip(array_intersect(self::modules(), $may)), array_intersect_key($shown, array_flip($may)));
    }

    /** The modules that the user is shown and whose records can be found: labels by name. */
    private function shown(): array
    {
        return $this->shown = $this->shown ?? $this->records->modules();
    }

    private function asked(string $module): array
    {
        return $this->forms->enterable($module, array_column(self::FIELDS[$module], 0));
    }

    /** Our fields that the user is shown, by our names, each with the CRM's name; one that the CRM keeps as something else is none. */
    private function fields(string $module, array $asked): array
    {
        $fields = [];
        foreach (self::FIELDS[$module] as $name => [$field, $kind]) {
            $known = $asked[$field] ?? null;
            $text = in_array($kind, FieldValue::TEXTS, true);
            if ($known === null || ($text ? !in_array($known['kind'], FieldValue::TEXTS, true) : $known['kind'] !== $kind)) {
                continue;
            }
            $known['modules'] = array_values(array_intersect(self::PARENTS, $known['modules']));
            if ($kind !== 'record' || $known['modules'] !== []) {
                $fields[$name] = ['field' => $field, 'kind' => $kind] + $known;
            }
        }
        return $fields === [] ? [] : $fields + $this->more(array_diff_key($asked, array_flip(array_column($fields, 'field'))));
    }

    /** Further fields that the CRM wants filled, of those kinds that a form can have. */
    private function more(array $asked): array
    {
        $fields = [];
        foreach ($asked as $field => $known) {
            $known['modules'] = array_values(array_intersect($known['modules'], array_keys($this->shown())));
            $several = count($known['values']);
            $lists = in_array($known['kind'], ['choice', 'several'], true) && ($several === 0 || $several > FieldValue::MOST_VALUES);
            $nowhere = $known['kind'] === 'record' && $known['modules'] === [];
            if ($known['required'] && in_array($known['kind'], FieldValue::KINDS, true) && !$lists && !$nowhere) {
                $fields[self::MORE . $field] = ['field' => (string) $field] + $known;
            }
        }
        return $fields;
    }

    private static function fieldTold(string $name, array $field): array
    {
        $told = ['name' => $name, 'label' => $field['label'], 'kind' => $field['kind'], 'required' => $field['required'], 'longest' => $field['longest']];
        foreach (self::TOLD[$field['kind']] ?? [] as $more) {
            if ($field[$more] !== '') {
                $told[$more] = $field[$more];
            }
        }
        $own = strpos($name, self::MORE) === 0 && !in_array($field['kind'], ['record', 'several'], true);
        $initial = $own ? (FieldValue::stored(['required' => false] + $field, $field['initial']) ?? '') : '';
        return $initial === '' ? $told : $told + ['initial' => $field['initial']];
    }

    /** What the CRM wants filled and the form does not have. */
    private static function lacking(array $asked, array $fields): array
    {
        return array_values(array_filter(array_diff_key($asked, array_flip(array_column($fields, 'field'))), static fn (array $field): bool => $field['required']));
    }

    /** The CRM's own page asks for more than can be given here, or than the client's form has, which may be older. */
    private function checkComplete(array $asked, array $fields, array $given): void
    {
        $known = array_filter($fields, static fn (string $name): bool => strpos($name, self::MORE) !== 0 || array_key_exists($name, $given), ARRAY_FILTER_USE_KEY);
        foreach (self::lacking($asked, $known) as $field) {
            throw new Refusal('form_incomplete', "The CRM also asks for {$field['label']}.", ['label' => $field['label']]);
        }
    }

    /** The values by the CRM's names. Throws request_invalid with the field. */
    private function values(array $fields, array $given): array
    {
        $texts = array_filter($fields, static fn (array $field, string $name): bool => $field['kind'] !== 'record' || strpos($name, self::MORE) === 0, ARRAY_FILTER_USE_BOTH);
        foreach (array_keys(array_diff_key($given, $texts)) as $unknown) {
            throw self::invalid((string) $unknown);
        }
        $values = [];
        foreach ($texts as $name => $field) {
            $value = FieldValue::stored($field, array_key_exists($name, $given) ? $given[$name] : '');
            if ($value === null) {
                throw self::invalid((string) $name);
            }
            if ($value !== '') {
                $values[$field['field']] = $field['kind'] === 'record' ? $this->referred((string) $name, $field, $value) : $value;
            }
        }
        return $values;
    }

    /** The number of a record that a field points to, checked like the target of a link. */
    private function referred(string $name, array $field, string $text): string
    {
        $id = RecordId::of($text);
        if ($id === null) {
            throw self::invalid($name);
        }
        $targets = new Targets($this->own->crm, [$id]);
        foreach ($targets->refused as $refusal) {
            throw new Refusal($refusal->name, $refusal->getMessage(), $refusal->details + ['field' => self::short($name)]);
        }
        if (!in_array(array_key_first($targets->accepted), $field['modules'], true)) {
            throw self::invalid($name);
        }
        return (string) $id->number;
    }

    /** The record to which the new one belongs, by the CRM's name of the field. */
    private function parent(array $fields, Parameters $given): array
    {
        $field = $fields['company'] ?? null;
        $takes = $field !== null && $field['kind'] === 'record';
        if ($given->text('record') === '') {
            if ($takes && $field['required']) {
                throw Parameters::refusal('record');
            }
            return [];
        }
        $id = $given->id('record');
        if (!$takes) {
            throw Parameters::refusal('record');
        }
        $targets = new Targets($this->own->crm, [$id]);
        $targets->checkAny();
        if (!in_array(array_key_first($targets->accepted), $field['modules'], true)) {
            throw Parameters::refusal('record');
        }
        return [$field['field'] => (string) $id->number];
    }

    /** The beginning of a name that a client made up. */
    private static function short(string $text): string
    {
        preg_match('/^.{0,' . self::LONGEST_NAME . '}/su', $text, $found);
        return $found[0] ?? '';
    }

    private static function invalid(string $field): Refusal
    {
        $details = ['parameter' => 'fields', 'field' => self::short($field)];
        return new Refusal('request_invalid', 'A field is missing or not acceptable.', $details);
    }
}
