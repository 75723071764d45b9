<?php

namespace MailConnector\Crm;

/** What this vtenext asks for on its page of a new record, read from its own tables of fields, and making a record. */
final class Forms implements \MailConnector\Forms
{
    use Rows;
    use Saving;

    private const NUMBER = 4;
    private const REFERENCE = 10;
    private const OWNERS = [52, 53];
    private const CHOICES = [15, 16, 111];
    /** Fields whose values the CRM keeps in a table of the field's name. */
    private const LISTS = ['ticketcategories', 'ticketpriorities', 'ticketstatus'];
    /** Fields that take any text, and which kind of it. A date, a number or a tick has a form of its own. */
    private const TEXTS = [1 => 'text', 2 => 'text', 55 => 'text', 255 => 'text', 11 => 'phone', 1014 => 'phone', 1013 => 'text', 13 => 'mail', 17 => 'url', 19 => 'long', 20 => 'long', 21 => 'long', 24 => 'long'];
    /** Lists whose values depend on the user's role. */
    private const ROLES_LIST = 15;
    /** Fields that can only be looked at, by the administrator's settings. */
    private const LOCKED = [99, 100];
    /** Characters: of a column that has no length, and of an id. */
    private const LONG = 30000;
    private const ID = 25;

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
            $name = (string) $row['fieldname'];
            $type = (int) $row['uitype'];
            $fields[$name] = ['label' => $labels[$row['fieldlabel']], 'kind' => '', 'text' => self::text($type, (string) $row['typeofdata']), 'required' => (int) $row['required'] === 1, 'longest' => 0, 'values' => [], 'modules' => []];
            if (in_array($type, self::CHOICES, true)) {
                $fields[$name] = ['kind' => 'choice', 'longest' => 255, 'values' => $this->choices($module, $name, $type)] + $fields[$name];
            } elseif ($type === self::REFERENCE) {
                $fields[$name] = ['kind' => 'record', 'longest' => self::ID, 'modules' => $this->parents((int) $row['fieldid'])] + $fields[$name];
            } else {
                $fields[$name]['longest'] = $this->longest((string) $row['tablename'], (string) $row['columnname']);
            }
        }
        return $fields;
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
        $unasked = array_merge([self::NUMBER], self::OWNERS);
        $query = "SELECT f.fieldid, f.fieldname, f.fieldlabel, f.tablename, f.columnname, f.uitype, f.typeofdata, f.readonly, CASE WHEN $condition THEN 1 ELSE 0 END AS required FROM {$table_prefix}_field f"
            . " INNER JOIN {$table_prefix}_tab t ON t.tabid = f.tabid WHERE t.name = ? AND f.presence IN (0, 2) AND f.displaytype = 1"
            . ' AND f.uitype NOT IN (' . self::marks($unasked) . ') ORDER BY f.block, f.sequence';
        return array_filter(
            $this->rows($query, array_merge([(int) $current_user->id, $module], $unasked)),
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

    /** The kind of text that a field takes; empty where it takes something else. */
    private static function text(int $type, string $data): string
    {
        return preg_match('/^[VE]~/', $data) === 1 ? self::TEXTS[$type] ?? '' : '';
    }

    /** The values of a list that the user's role may choose, in its order. */
    private function choices(string $module, string $field, int $type): array
    {
        global $table_prefix, $current_user;
        $own = $type === self::ROLES_LIST && preg_match('/^[A-Za-z]\w{0,50}$/D', $field) === 1;
        if (!$own && !in_array($field, self::LISTS, true)) {
            return [];
        }
        $query = "SELECT v.$field AS value FROM {$table_prefix}_$field v INNER JOIN {$table_prefix}_role2picklist r ON r.picklistvalueid = v.picklist_valueid"
            . " INNER JOIN {$table_prefix}_user2role u ON u.roleid = r.roleid WHERE u.userid = ? ORDER BY r.sortid";
        $values = array_values(array_filter(array_column($this->rows($query, [(int) $current_user->id]), 'value'), 'strlen'));
        $labels = $this->translated($module, $values);
        return array_map(static fn (string $value): array => ['value' => $value, 'label' => (string) $labels[$value]], $values);
    }

    /** The modules to which a field may point. */
    private function parents(int $field): array
    {
        global $table_prefix;
        return array_column($this->rows("SELECT relmodule FROM {$table_prefix}_fieldmodulerel WHERE fieldid = ?", [$field]), 'relmodule');
    }

    /** Characters that a column holds. */
    private function longest(string $table, string $column): int
    {
        global $adb;
        $columns = $adb->database->MetaColumns($table);
        $length = (int) ($columns[strtoupper($column)]->max_length ?? 0);
        return $length > 0 ? min($length, self::LONG) : self::LONG;
    }
}
