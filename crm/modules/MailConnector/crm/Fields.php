<?php

namespace MailConnector\Crm;

/** The fields of modules to which mails can be linked, as the CRM's own tables of fields tell them, read once a request. */
final class Fields
{
    use Rows;

    private const MAIL = 13;
    private const SITE = 17;
    private const NUMBER = 4;
    private const REFERENCE = 10;
    private const STATES = ['Potentials' => 'sales_stage', 'HelpDesk' => 'ticketstatus'];
    private const PHONES = ['phone', 'mobile', 'otherphone', 'homephone'];
    private const ADDRESSES = [
        'mailingstreet', 'mailingzip', 'mailingcity', 'mailingcountry', 'bill_street', 'bill_code', 'bill_city', 'bill_country',
        'lane', 'code', 'city', 'country', 'street', 'postalcode',
    ];

    /** @var array[] by module: table, id (column), and lists of fields by kind, each name => [table, column] */
    private array $modules = [];
    private array $keys = [];

    public function __construct()
    {
        global $table_prefix;
        $names = $this->named();
        $wanted = array_merge(array_keys($names['fields']), array_values(self::STATES), self::PHONES, self::ADDRESSES);
        $kinds = [self::MAIL, self::SITE, self::NUMBER, self::REFERENCE];
        $query = "SELECT t.name AS module, f.fieldid, f.fieldname, f.columnname, f.tablename, f.uitype FROM {$table_prefix}_field f"
            . " INNER JOIN {$table_prefix}_tab t ON t.tabid = f.tabid AND t.presence IN (0, 2)"
            . " INNER JOIN (SELECT DISTINCT tabid FROM {$table_prefix}_relatedlists WHERE related_tabid = ?) r ON r.tabid = f.tabid"
            . ' WHERE f.presence IN (0, 2) AND (f.uitype IN (' . self::marks($kinds) . ') OR f.fieldname IN (' . self::marks($wanted) . ')) ORDER BY f.fieldid';
        $references = $this->references();
        foreach ($this->rows($query, array_merge([getTabid('Messages')], $kinds, $wanted)) as $row) {
            $known = $names['modules'][$row['module']] ?? null;
            if ($known !== null && self::isName($row['tablename']) && self::isName($row['columnname'])) {
                $this->modules[$row['module']] = $this->modules[$row['module']] ?? $known;
                $this->add($row, $references[(int) $row['fieldid']] ?? []);
            }
        }
    }

    /** The names of the modules. */
    public function modules(): array
    {
        return array_keys($this->modules);
    }

    /** What is known of a module: table, id, labels, mails, sites, number, state, phones, addresses, references. */
    public function of(string $module): ?array
    {
        return $this->modules[$module] ?? null;
    }

    /** The column by which a table that holds more of a module's fields is joined. */
    public function key(string $table): string
    {
        global $adb;
        if (!isset($this->keys[$table])) {
            $keys = $adb->database->MetaPrimaryKeys($table);
            $this->keys[$table] = is_array($keys) && count($keys) === 1 && self::isName((string) reset($keys)) ? (string) reset($keys) : '';
        }
        return $this->keys[$table];
    }

    /** Whether the user's profile shows a field. */
    public static function shown(string $module, string $field, int $user): bool
    {
        static $known = [];
        if (!isset($known[$user][$module][$field])) {
            $known[$user][$module][$field] = (string) getFieldVisibilityPermission($module, $user, $field) === '0';
        }
        return $known[$user][$module][$field];
    }

    private static function isName(string $text): bool
    {
        return preg_match('/^[A-Za-z]\w{0,63}$/D', $text) === 1;
    }

    /** Main table, its key and the fields of the name, by module; and all names of such fields. */
    private function named(): array
    {
        global $table_prefix;
        $modules = $fields = [];
        foreach ($this->rows("SELECT modulename, tablename, fieldname, entityidfield FROM {$table_prefix}_entityname", []) as $row) {
            if (!self::isName($row['tablename']) || !self::isName($row['entityidfield'])) {
                continue;
            }
            $labels = array_filter(array_map('trim', explode(',', (string) $row['fieldname'])), 'strlen');
            // A person's name is written as the record says it: first name, last name.
            usort($labels, static fn (string $a, string $b): int => ($a === 'lastname') <=> ($b === 'lastname'));
            $modules[$row['modulename']] = [
                'table' => $row['tablename'], 'id' => $row['entityidfield'], 'labels' => array_fill_keys($labels, null), 'mails' => [], 'sites' => [],
                'number' => [], 'state' => [], 'phones' => [], 'addresses' => [], 'references' => [], 'fields' => [],
            ];
            $fields += array_fill_keys($labels, true);
        }
        return ['modules' => $modules, 'fields' => $fields];
    }

    /** The modules to which a reference may point, by field. */
    private function references(): array
    {
        global $table_prefix;
        $found = [];
        foreach ($this->rows("SELECT fieldid, relmodule FROM {$table_prefix}_fieldmodulerel WHERE relmodule IN (?, ?, ?, ?)", ['Accounts', 'Contacts', 'Leads', 'Vendors']) as $row) {
            $found[(int) $row['fieldid']][] = (string) $row['relmodule'];
        }
        return $found;
    }

    private function add(array $row, array $references): void
    {
        $module = &$this->modules[$row['module']];
        $name = (string) $row['fieldname'];
        $kind = (int) $row['uitype'];
        $place = [(string) $row['tablename'], (string) $row['columnname']];
        $module['fields'][$name] = $place;
        if (array_key_exists($name, $module['labels'])) {
            $module['labels'][$name] = $place;
        }
        $lists = [
            'mails' => $kind === self::MAIL && $name !== 'yahooid', 'sites' => $kind === self::SITE, 'number' => $kind === self::NUMBER,
            'state' => $name === (self::STATES[$row['module']] ?? ''), 'phones' => in_array($name, self::PHONES, true),
            'addresses' => in_array($name, self::ADDRESSES, true),
        ];
        foreach (array_keys(array_filter($lists)) as $list) {
            $module[$list][$name] = $place;
        }
        if ($kind === self::REFERENCE && $references !== []) {
            $module['references'][$name] = $references;
        }
    }
}
