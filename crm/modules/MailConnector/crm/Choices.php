<?php

namespace MailConnector\Crm;

/** The values of the CRM's lists, and the users and groups of its lists of people, as this user may choose them; each value and label. */
final class Choices
{
    use Rows;

    /** Lists whose values depend on the user's role, and such that stand there in each language. */
    private const ROLES = [15, 33];
    private const LANGUAGES = 1015;
    /** Fields whose values the CRM keeps in a table of the field's name. */
    private const LISTS = ['ticketcategories', 'ticketpriorities', 'ticketstatus'];
    private const CHOSEN_USERS = 50;
    private const ALL_USERS = 51;
    private const GROUPS = 54;
    /** How a module is shared: by owner alone, in two ways; the right to change everything. */
    private const PRIVATE = [0, 3];
    private const EDIT_ALL = 2;

    /** @var callable texts of a module in the user's language, by themselves */
    private $translated;

    public function __construct(callable $translated)
    {
        $this->translated = $translated;
    }

    /** The values of a list that the user's role may choose, in its order. */
    public function values(string $module, string $field, int $type): array
    {
        global $table_prefix, $current_user;
        if ($type === self::LANGUAGES) {
            $query = 'SELECT code AS value, value AS label FROM tbl_s_picklist_language WHERE field = ? AND language = ? ORDER BY code';
            $rows = $this->rows($query, [$field, (string) $current_user->column_fields['default_language']]);
            return array_map(static fn (array $row): array => ['value' => trim((string) $row['value']), 'label' => (string) $row['label']], $rows);
        }
        $own = in_array($type, self::ROLES, true) && preg_match('/^[A-Za-z]\w{0,50}$/D', $field) === 1;
        if (!$own && !in_array($field, self::LISTS, true)) {
            return [];
        }
        $query = "SELECT v.$field AS value FROM {$table_prefix}_$field v INNER JOIN {$table_prefix}_role2picklist r ON r.picklistvalueid = v.picklist_valueid"
            . " INNER JOIN {$table_prefix}_user2role u ON u.roleid = r.roleid WHERE u.userid = ? ORDER BY r.sortid";
        $values = array_values(array_filter(array_column($this->rows($query, [(int) $current_user->id]), 'value'), 'strlen'));
        $labels = ($this->translated)($module, $values);
        return array_map(static fn (string $value): array => ['value' => $value, 'label' => (string) $labels[$value]], $values);
    }

    /** The users, or groups, that the CRM's page of this module offers the user in such a field. */
    public function people(string $module, int $field, int $type): array
    {
        global $table_prefix;
        if ($type === self::GROUPS) {
            // Of a module that is shared by owner alone the CRM's page offers some, by rules of its own.
            return $this->isPrivate($module) ? [] : $this->rows("SELECT groupid AS value, groupname AS label FROM {$table_prefix}_groups ORDER BY groupname", []);
        }
        [$condition, $values] = ['', []];
        if ($type === self::CHOSEN_USERS) {
            $info = $this->rows("SELECT info FROM {$table_prefix}_fieldinfo WHERE fieldid = ?", [$field]);
            $chosen = json_decode((string) ($info[0]['info'] ?? ''), true);
            $values = array_values(array_filter(array_map('intval', is_array($chosen['users'] ?? null) ? $chosen['users'] : [])));
            $condition = $values === [] ? ' AND 1 = 0' : ' AND id IN (' . self::marks($values) . ')';
        } elseif ($type !== self::ALL_USERS && $this->isPrivate($module)) {
            [$condition, $values] = $this->below($module);
        }
        $query = "SELECT id AS value, first_name, last_name, user_name FROM {$table_prefix}_users WHERE status = 'Active' AND deleted = 0$condition ORDER BY last_name, first_name, id";
        return array_map(static fn (array $row): array => [
            'value' => (string) $row['value'], 'label' => trim($row['first_name'] . ' ' . $row['last_name']) ?: (string) $row['user_name'],
        ], $this->rows($query, $values));
    }

    /** The sign of the user's currency; empty where there is none. */
    public function currency(): string
    {
        global $table_prefix, $current_user;
        $query = "SELECT c.currency_symbol FROM {$table_prefix}_currency_info c INNER JOIN {$table_prefix}_users u ON u.currency_id = c.id WHERE u.id = ?";
        $rows = $this->rows($query, [(int) $current_user->id]);
        return trim(html_entity_decode((string) ($rows[0]['currency_symbol'] ?? ''), ENT_QUOTES, 'UTF-8'));
    }

    /** Whether this user is shown the records of a module by owner alone. */
    private function isPrivate(string $module): bool
    {
        global $table_prefix, $current_user;
        if (($current_user->column_fields['is_admin'] ?? '') === 'on') {
            return false;
        }
        $shared = $this->rows("SELECT s.permission FROM {$table_prefix}_def_org_share s INNER JOIN {$table_prefix}_tab t ON t.tabid = s.tabid WHERE t.name = ?", [$module]);
        $query = "SELECT g.globalactionpermission FROM {$table_prefix}_profile2globalperm g INNER JOIN {$table_prefix}_role2profile r ON r.profileid = g.profileid"
            . " INNER JOIN {$table_prefix}_user2role u ON u.roleid = r.roleid WHERE u.userid = ? AND g.globalactionid = ?";
        $all = array_map('intval', array_column($this->rows($query, [(int) $current_user->id, self::EDIT_ALL]), 'globalactionpermission'));
        return !in_array(0, $all, true) && in_array((int) ($shared[0]['permission'] ?? 0), self::PRIVATE, true);
    }

    /** The user, those of roles below, and those whose records of this module the user may change. */
    private function below(string $module): array
    {
        global $table_prefix, $current_user;
        $user = (int) $current_user->id;
        $join = "{$table_prefix}_user2role b INNER JOIN {$table_prefix}_role r ON r.roleid = b.roleid";
        $own = $this->rows("SELECT r.parentrole FROM $join WHERE b.userid = ?", [$user]);
        $condition = " AND (id = ? OR id IN (SELECT b.userid FROM $join WHERE r.parentrole LIKE ?) OR id IN (SELECT w.shareduserid"
            . " FROM {$table_prefix}_tmp_write_u_per w INNER JOIN {$table_prefix}_tab t ON t.tabid = w.tabid WHERE w.userid = ? AND t.name = ?))";
        return [$condition, [$user, ($own[0]['parentrole'] ?? '-') . '::%', $user, $module]];
    }
}
