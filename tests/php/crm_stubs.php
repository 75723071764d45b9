<?php
/**
 * Stand-ins of the vtenext functions that crm/ calls, so that its code runs. They keep to what vtenext's functions take and
 * give back; what they know is in $crm.
 */

$GLOBALS['crm'] = [];
const SERVER_ZONE = 'Europe/Rome';

final class Rows extends ArrayObject
{
}

/** Answers statements from a list of [pattern, rows or number of changed rows] and writes all statements down. */
final class PearDatabase
{
    public array $answers = [];
    public $database;
    public array $statements = [];

    public static function getInstance(): self
    {
        return $GLOBALS['adb'];
    }

    public function pquery($sql, $params, ...$rest)
    {
        $this->statements[] = [$sql, $params];
        same(substr_count($sql, '?'), count($params), $sql);
        if (isset($GLOBALS['crm']['broken']) && preg_match($GLOBALS['crm']['broken'], $sql)) {
            return false;
        }
        foreach ($this->answers as [$pattern, $rows]) {
            if (preg_match($pattern, $sql)) {
                return new Rows(is_callable($rows) ? $rows($params) : $rows);
            }
        }
        return new Rows(strpos($sql, 'GET_LOCK') === false ? [] : [['got' => 1]]);
    }

    public function query($sql)
    {
        return $this->pquery($sql, []);
    }

    public function limitpQuery($sql, $offset, $count, $params)
    {
        $rows = $this->pquery($sql, $params);
        return $rows === false ? false : new Rows(array_slice($rows->getArrayCopy(), $offset, $count));
    }

    public function num_rows($result)
    {
        return count($result);
    }

    public function query_result_no_html($result, $row, $column)
    {
        return $result[$row][$column];
    }

    public function fetchByAssoc($result, $row = -1, $html = true)
    {
        same(false, $html, 'rows are wanted as they are');
        $rows = $result->getArrayCopy();
        $first = array_shift($rows);
        $result->exchangeArray($rows);
        return $first;
    }

    public function startTransaction()
    {
    }

    public function hasFailedTransaction()
    {
        return $GLOBALS['crm']['failed'] ?? false;
    }

    public function completeTransaction()
    {
    }

    public function isMysql()
    {
        return $GLOBALS['crm']['mysql'] ?? true;
    }

    public function getAffectedRowCount($result)
    {
        return count($result);
    }

    public function getUniqueID($table)
    {
        return 7;
    }
}

final class UsersStub
{
    public $id;
    public array $column_fields = [];
    public $enable_login_protection = true;
    public $time_to_change_password = 3;

    public function checkPasswordCriteria($password, $row)
    {
        return $password !== ($GLOBALS['crm']['too_simple'] ?? null);
    }

    public function doLogin($password)
    {
        $GLOBALS['crm']['counted'][] = $this->enable_login_protection;
        return ($GLOBALS['crm']['passwords'][$this->column_fields['user_name']] ?? null) === $password;
    }

    public function retrieveCurrentUserInfoFromFile($id)
    {
        $this->id = $id;
        $this->column_fields = ['user_name' => 'agent', 'user_timezone' => 'America/New_York'];
        return $this;
    }
}

final class CRMEntity
{
    public static function getInstance($module)
    {
        return $module === 'Users' ? new UsersStub() : new RecordStub($module);
    }
}

/** A record of Messages or Documents; writes down what is done to it. */
final class RecordStub
{
    public $id;
    public $parentid;
    public $mode = '';
    public array $column_fields = [];
    private string $module;

    public function __construct($module)
    {
        same(true, in_array($module, ['Messages', 'Documents', 'Contacts', 'Leads', 'Accounts', 'HelpDesk'], true), $module);
        $this->module = $module;
    }

    private string $zone = '';

    public function overrideTimezone($zone)
    {
        same('default', $zone);
        $this->zone = SERVER_ZONE;
    }

    /** As vtenext: a time is taken for one on the user's clock, and kept on the server's. */
    private function onTheServersClock(string $time): string
    {
        $there = new DateTime($time, new DateTimeZone($this->zone ?: $GLOBALS['current_user']->column_fields['user_timezone'] ?? SERVER_ZONE));
        return $there->setTimezone(new DateTimeZone(SERVER_ZONE))->format('Y-m-d H:i:s');
    }

    public function save($module)
    {
        same($this->module, $module);
        if (($this->column_fields['mdate'] ?? '') !== '') {
            $this->column_fields['mdate'] = $this->onTheServersClock($this->column_fields['mdate']);
        }
        if ($this->mode === 'edit') {
            $GLOBALS['crm']['held'][$this->id] = ($GLOBALS['crm']['forgets'] ?? false) ? [] : $this->column_fields;
        } else {
            $this->id = $GLOBALS['crm']['next'] = ($GLOBALS['crm']['next'] ?? 900) + 1;
        }
        $GLOBALS['crm']['done'][] = ["save $module", $this->column_fields, $this->parentid, $_FILES];
    }

    public function retrieve_entity_info_no_html($record, $module)
    {
        same($this->module, $module);
        $this->column_fields = $GLOBALS['crm']['held'][$record] ?? [];
    }

    public function __call($name, $given)
    {
        $GLOBALS['crm']['done'][] = ["$name {$this->module}", $given];
        return $name === 'magicHTML' ? ['html' => "<clean>$given[0]", 'content_ids' => []] : [];
    }
}

final class Vtecrm_Utils
{
    public static function CheckTable($table)
    {
        return in_array($table, $GLOBALS['crm']['tables'] ?? [], true);
    }

    public static function AddColumn($table, $column, $kind)
    {
        $GLOBALS['crm']['columns'][] = "$table.$column $kind";
    }

    public static function ExecuteSchema($schema)
    {
        $GLOBALS['crm']['schemas'][] = $schema;
    }
}

final class VteSession
{
    private static array $values = [];

    public static function hasKey($key)
    {
        return isset(self::$values[$key]);
    }

    public static function get($key)
    {
        return self::$values[$key] ?? null;
    }

    public static function set($key, $value)
    {
        self::$values[$key] = $value;
    }
}

final class RequestHandler
{
    public static function getCSRFToken()
    {
        return 'sid:csrf';
    }

    public static function validateCSRFToken()
    {
        $GLOBALS['crm']['csrf_checked'] = true;
        return true;
    }
}

final class Vtecrm_SettingsBlock
{
    public array $fields = [];

    public static function getInstance($label)
    {
        return $GLOBALS['crm']['block'] = new self();
    }

    public function addField($field)
    {
        $this->fields[] = $field;
    }
}

final class Vtecrm_SettingsField
{
    public $name;
    public $iconpath;
    public $description;
    public $linkto;
    public $active;
}

function vtws_addWebserviceOperation($name, $file, $method, $type, $preLogin = 0, $restName = null)
{
    $GLOBALS['crm']['operations'][$name] = [$file, $method, $type, $preLogin, $restName];
    return count($GLOBALS['crm']['operations']);
}

function vtws_getWebserviceEntityId($module, $number)
{
    return ['Users' => 19, 'Contacts' => 4, 'Accounts' => 3, 'Messages' => 44, 'Documents' => 7][$module] . "x$number";
}

function isPermitted($module, $action, $number = '')
{
    return in_array((int) $number, $GLOBALS['crm']['seen'], true) ? 'yes' : 'no';
}

function getFieldVisibilityPermission($module, $user, $field)
{
    return in_array($field, $GLOBALS['crm']['hidden'] ?? [], true) ? '1' : '0';
}

function getNonAdminAccessControlQuery($module, $user)
{
    return $GLOBALS['crm']['sharing'] ?? '';
}

function vtlib_isModuleActive($module)
{
    return true;
}

function getTabid($module)
{
    return 67;
}

function is_admin($user)
{
    return $user->is_admin ?? false;
}
