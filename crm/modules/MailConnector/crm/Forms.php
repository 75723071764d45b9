<?php

namespace MailConnector\Crm;

/** What this vtenext asks for on its page of a new record, read from its own tables of fields, and making a record. */
final class Forms implements \MailConnector\Forms
{
    use Rows;
    use Saving;

    private const NUMBER = 4;
    private const OWNER = 'assigned_user_id';
    private const USERS = ['Users'];
    private const BIRTHDAY = 'birthday';
    /** Fields that can only be looked at, by the administrator's settings. */
    private const LOCKED = [99, 100];
    /** Where an administrator has made a field: what the CRM itself has brought along is filled in by its page. */
    private const MADE = 2;

    /** @var array[] the columns by table */
    private array $columns = [];

    public function enterable(string $module, array $wanted): array
    {
        global $current_user;
        $rows = array_filter(
            $this->fieldRows($module, $wanted),
            static fn (array $row): bool => !in_array((int) $row['readonly'], self::LOCKED, true) && Fields::shown($module, (string) $row['fieldname'], (int) $current_user->id)
        );
        $labels = $this->translated($module, array_column($rows, 'fieldlabel'));
        $fields = [];
        foreach ($rows as $row) {
            $fields[(string) $row['fieldname']] = ['label' => $labels[$row['fieldlabel']], 'required' => (int) $row['required'] === 1] + $this->taking($module, $row);
        }
        return $fields;
    }

    /** What a field takes: kind, longest, values, modules, decimals, least, most, unit, zone, initial. */
    private function taking(string $module, array $row): array
    {
        global $current_user, $default_timezone;
        [$name, $type] = [(string) $row['fieldname'], (int) $row['uitype']];
        $known = Kinds::of($row, $this->column((string) $row['tablename'], (string) $row['columnname']))
            + ['values' => [], 'modules' => [], 'unit' => '', 'zone' => '', 'initial' => $this->initial($row)];
        $choices = new Choices(fn (string $module, array $texts): array => $this->translated($module, $texts));
        if ($known['kind'] === 'record') {
            $known['modules'] = $this->parents((int) $row['fieldid']);
            if ($known['modules'] === self::USERS) {
                return ['kind' => 'choice', 'modules' => [], 'values' => $choices->people($module, 0, $type)] + $known;
            }
        } elseif (Kinds::isUser($row)) {
            $known['values'] = $choices->people($module, (int) $row['fieldid'], $type);
        } elseif (in_array($known['kind'], ['choice', 'several'], true)) {
            $known['values'] = $choices->values($module, $name, $type);
        } elseif ($known['kind'] === 'number' && Kinds::isMoney($row)) {
            $known['unit'] = $choices->currency();
        } elseif ($known['kind'] === 'moment') {
            $known['zone'] = (string) ($current_user->column_fields['user_timezone'] ?: $default_timezone);
        } elseif ($known['kind'] === 'date' && $name === self::BIRTHDAY) {
            $known['most'] = date('Y-m-d', strtotime('-1 day'));
        }
        return $known;
    }

    /** What the CRM's page has filled in where nobody has typed yet: its own dates, and what newer ones keep as a field's default. */
    private function initial(array $row): string
    {
        if (in_array((int) $row['uitype'], Kinds::DATES, true) && (int) $row['generatedtype'] !== self::MADE && $row['fieldname'] !== self::BIRTHDAY) {
            return date('Y-m-d', strtotime($row['fieldname'] === 'support_end_date' ? '+1 year' : 'now'));
        }
        return trim((string) ($row['defaultvalue'] ?? ''));
    }

    public function make(string $module, array $values): int
    {
        global $current_user;
        $focus = $this->entity($module);
        foreach ($values as $field => $value) {
            $focus->column_fields[$field] = $value;
        }
        $focus->column_fields['assigned_user_id'] = (int) $current_user->id;
        if (method_exists($focus, 'autoSetBUMC')) {
            $focus->autoSetBUMC($module, (int) $current_user->id);
        }
        $this->save($focus, $module);
        return (int) $focus->id;
    }

    public function mayEdit(string $module, int $number): bool
    {
        return isPermitted($module, 'EditView', $number) === 'yes';
    }

    public function addresses(string $module, int $number, array $fields): array
    {
        $focus = $this->retrieved($module, $number);
        $values = [];
        foreach ($fields as $field) {
            $values[$field] = trim((string) ($focus->column_fields[$field] ?? ''));
        }
        return $values;
    }

    public function setAddress(string $module, int $number, string $field, string $address): void
    {
        $focus = $this->retrieved($module, $number);
        $focus->mode = 'edit';
        $focus->column_fields[$field] = $address;
        $this->save($focus, $module, 'revise');
        if (($this->addresses($module, $number, [$field])[$field] ?? '') !== $address) {
            throw new \RuntimeException("The CRM did not keep an address of $module.");
        }
    }

    /** A record as its page shows it for editing. */
    private function retrieved(string $module, int $number)
    {
        $focus = $this->entity($module);
        self::onServersClock($focus);
        $focus->retrieve_entity_info_no_html($number, $module);
        $focus->id = $number;
        return $focus;
    }

    private function entity(string $module)
    {
        switch ($module) {
            case 'Contacts':
                return \CRMEntity::getInstance('Contacts');
            case 'Leads':
                return \CRMEntity::getInstance('Leads');
            case 'Accounts':
                return \CRMEntity::getInstance('Accounts');
            case 'HelpDesk':
                return \CRMEntity::getInstance('HelpDesk');
            default:
                throw new \LogicException("No records of $module are made.");
        }
    }

    /** The rows of fields that are wanted, and of those that have to be filled in: in general, or by a profile of the user. */
    private function fieldRows(string $module, array $wanted): array
    {
        global $table_prefix, $current_user;
        $profiles = "SELECT p.fieldid FROM {$table_prefix}_profile2field p INNER JOIN {$table_prefix}_role2profile r ON r.profileid = p.profileid"
            . " INNER JOIN {$table_prefix}_user2role u ON u.roleid = r.roleid WHERE u.userid = ? AND p.visible = 0 AND p.mandatory = 0";
        $condition = "f.typeofdata LIKE '%~M%' OR f.fieldid IN ($profiles)";
        $query = "SELECT f.*, CASE WHEN $condition THEN 1 ELSE 0 END AS required FROM {$table_prefix}_field f"
            . " INNER JOIN {$table_prefix}_tab t ON t.tabid = f.tabid INNER JOIN {$table_prefix}_blocks b ON b.blockid = f.block AND b.create_view = 0 AND b.visible = 0"
            . ' WHERE t.name = ? AND f.presence IN (0, 2) AND f.displaytype IN (1, 4) AND f.uitype <> ? AND f.fieldname <> ? ORDER BY b.sequence, f.sequence';
        return array_filter(
            $this->rows($query, [(int) $current_user->id, $module, self::NUMBER, self::OWNER]),
            static fn (array $row): bool => (int) $row['required'] === 1 || in_array($row['fieldname'], $wanted, true)
        );
    }

    /** Texts in the user's language, by the CRM's own; what has no translation is its own. */
    private function translated(string $module, array $texts): array
    {
        global $current_user;
        $texts = array_values(array_unique(array_map('strval', $texts)));
        $told = array_combine($texts, $texts);
        if ($texts !== []) {
            $query = 'SELECT label, trans_label FROM sdk_language WHERE language = ? AND module = ? AND label IN (' . self::marks($texts) . ')';
            $language = (string) $current_user->column_fields['default_language'];
            foreach (['APP_STRINGS', $module] as $source) {
                $rows = $this->rows($query, array_merge([$language, $source], $texts));
                $told = array_replace($told, array_intersect_key(array_column($rows, 'trans_label', 'label'), $told));
            }
        }
        return $told;
    }

    /** The modules to which a field may point. */
    private function parents(int $field): array
    {
        global $table_prefix;
        return array_column($this->rows("SELECT relmodule FROM {$table_prefix}_fieldmodulerel WHERE fieldid = ?", [$field]), 'relmodule');
    }

    /** A column as the database describes it. */
    private function column(string $table, string $column): ?object
    {
        global $adb;
        $this->columns[$table] = $this->columns[$table] ?? (array) $adb->database->MetaColumns($table);
        return $this->columns[$table][strtoupper($column)] ?? null;
    }
}
