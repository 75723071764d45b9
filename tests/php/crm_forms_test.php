<?php
/** crm/Forms.php over stand-ins of the CRM's functions, and the setting of what can be created. */

use MailConnector\Crm\Forms;
use MailConnector\Crm\Mails;
use MailConnector\NewRecords;

/** Forms of the user 5, over a CRM with these fields: name, table, column, type, whether they are required, and what an administrator has set. */
function crm_forms(array $fields, array $answers = []): Forms
{
    $adb = crm_fresh();
    $adb->database = new class {
        public function MetaColumns($table)
        {
            return ['FIRSTNAME' => (object) ['max_length' => 40], 'DESCRIPTION' => (object) ['max_length' => -1]];
        }
    };
    $rows = [];
    foreach ($fields as $id => [$name, $type, $required, $readonly]) {
        $rows[] = ['fieldid' => "$id", 'fieldname' => $name, 'fieldlabel' => "Label $name", 'tablename' => 'vte_x', 'columnname' => $name]
            + ['uitype' => "$type", 'typeofdata' => $type === 5 ? 'D~M' : ($type === 7 ? 'N~M' : 'V~O'), 'readonly' => "$readonly", 'required' => "$required"];
    }
    $adb->answers = array_merge($answers, [['/_field f/', $rows], ['/_ws_entity/', [['id' => '4', 'name' => 'Contacts']]]]);
    (new Mails())->enter(5);
    $GLOBALS['current_user']->column_fields['default_language'] = 'it_it';
    return new Forms();
}

function test_a_form_has_what_is_wanted_and_what_the_crm_wants(): void
{
    $forms = crm_forms([['firstname', 55, 0, 1], ['description', 19, 0, 1], ['department', 1, 1, 1], ['fax', 11, 0, 1], ['title', 1, 0, 99], ['mobile', 1014, 0, 1]], [
        ['/sdk_language/', static fn (array $given): array => $given[1] === 'Contacts' ? [['label' => 'Label firstname', 'trans_label' => 'Nome']] : []],
    ]);
    $GLOBALS['crm']['hidden'] = ['mobile'];
    $GLOBALS['current_user']->id = 21;
    $fields = $forms->enterable('Contacts', ['firstname', 'description', 'title', 'mobile']);
    same(['firstname', 'description', 'department'], array_keys($fields), 'neither locked nor hidden nor unasked');
    same(['label' => 'Nome', 'kind' => '', 'text' => 'text', 'required' => false, 'longest' => 40, 'values' => [], 'modules' => []], $fields['firstname']);
    same(['long', 'text'], [$fields['description']['text'], $fields['department']['text']]);
    same([30000, true], [$fields['description']['longest'], $fields['department']['required']]);
    same('Label department', $fields['department']['label']);
}

function test_a_list_has_the_values_of_the_users_role_and_a_reference_its_modules(): void
{
    $forms = crm_forms([['ticketstatus', 15, 1, 1], ['parent_id', 10, 0, 1], ['cf_9', 15, 1, 1], ['cf_8', 16, 1, 1], ['cf 7', 15, 1, 1], ['cf_5', 5, 1, 1], ['cf_4', 7, 1, 1]], [
        ['/vte_cf_9 v/', [['value' => 'Alpha']]],
        ['/vte_ticketstatus v/', [['value' => 'Open'], ['value' => ''], ['value' => 'Closed']]],
        ['/_fieldmodulerel/', [['relmodule' => 'Accounts'], ['relmodule' => 'Leads']]],
        ['/sdk_language/', [['label' => 'Open', 'trans_label' => 'Aperto']]],
    ]);
    $fields = $forms->enterable('HelpDesk', ['ticketstatus', 'parent_id']);
    same([['value' => 'Open', 'label' => 'Aperto'], ['value' => 'Closed', 'label' => 'Closed']], array_map(static function (array $one): array {
        ksort($one);
        return array_reverse($one);
    }, $fields['ticketstatus']['values']));
    same(['record', ['Accounts', 'Leads']], [$fields['parent_id']['kind'], $fields['parent_id']['modules']]);
    same(['choice', ['Alpha']], [$fields['cf_9']['kind'], array_column($fields['cf_9']['values'], 'value')]);
    same([[], []], [$fields['cf_8']['values'], $fields['cf 7']['values']], 'not by role, and no name of a table');
    same([], preg_grep('/cf(_8| 7) v/', array_column($GLOBALS['adb']->statements, 0)));
    same(['', ''], [$fields['cf_5']['text'], $fields['cf_4']['text']], 'neither a date nor a number is any text');
}

function test_a_record_is_saved_with_its_values_and_owner_and_without_the_request(): void
{
    $forms = crm_forms([]);
    $_REQUEST = $_POST = ['return_action' => 'CallRelatedList', 'return_id' => '35'];
    (new Mails())->enter(5);
    same(901, $forms->make('Contacts', ['lastname' => 'Newman']));
    same([['save Contacts', ['lastname' => 'Newman', 'assigned_user_id' => 5], null, []]], $GLOBALS['crm']['done']);
    same([[], []], [$_REQUEST, $_POST]);
    throws(LogicException::class, static fn () => $forms->make('Users', []));
    $GLOBALS['crm']['failed'] = true;
    throws(RuntimeException::class, static fn () => $forms->make('Leads', []));
}

function test_an_address_is_written_into_the_record_as_it_stands(): void
{
    $forms = crm_forms([]);
    $GLOBALS['crm']['held'] = [23 => ['accountname' => 'A & B', 'email1' => ' a@b.example ', 'email2' => '']];
    same(['email1' => 'a@b.example', 'email2' => '', 'email3' => ''], $forms->addresses('Accounts', 23, ['email1', 'email2', 'email3']));
    $forms->setAddress('Accounts', 23, 'email2', 'c@d.example');
    same(['accountname' => 'A & B', 'email1' => ' a@b.example ', 'email2' => 'c@d.example'], $GLOBALS['crm']['held'][23]);
    $GLOBALS['crm']['forgets'] = true;
    throws(RuntimeException::class, static fn () => $forms->setAddress('Accounts', 23, 'email2', 'e@f.example'));
}

function test_the_administrator_sets_what_can_be_created(): void
{
    $adb = crm_fresh();
    $set = [];
    $adb->answers = [
        ['/^SELECT .*_settings WHERE name/', static function (array $given) use (&$set): array {
            return isset($set[$given[0]]) ? [['content' => $set[$given[0]]]] : [];
        }],
        ['/^INSERT INTO vte_mailconnector_settings/', static function (array $given) use (&$set): array {
            $set[$given[0]] = $given[1];
            return [[]];
        }],
        ['/^UPDATE vte_mailconnector_settings/', static function (array $given) use (&$set): array {
            $set[end($given)] = $given[count($given) - 2];
            return [[]];
        }],
    ];
    $store = new MailConnector\Crm\Database();
    same(['Contacts', 'Leads', 'Accounts', 'HelpDesk'], NewRecords::allowed($store));
    posted('create', ['create_HelpDesk' => '1', 'create_Contacts' => '1', 'create_Users' => '1']);
    same(['Contacts', 'HelpDesk'], NewRecords::allowed($store));
    $page = administration(true);
    same([1, 0], [preg_match('/name="create_HelpDesk" value="1" checked>/', $page), preg_match('/name="create_Leads" value="1" checked>/', $page)]);
    posted('create', []);
    same([], NewRecords::allowed($store));
}
