<?php
/** crm/Forms.php over stand-ins of the CRM's functions, and the setting of what can be created. */

use MailConnector\Crm\Forms;
use MailConnector\Crm\Mails;
use MailConnector\NewRecords;

/** Forms of the user 5, over a CRM with these fields: name, uitype, whether they are required, what an administrator has set, and what they hold. */
function crm_forms(array $fields, array $answers = []): Forms
{
    $adb = crm_fresh();
    $adb->database = new class {
        public function MetaColumns($table)
        {
            return [
                'FIRSTNAME' => (object) ['type' => 'varchar', 'max_length' => 40], 'DESCRIPTION' => (object) ['type' => 'longtext', 'max_length' => -1],
                'PRICE' => (object) ['type' => 'decimal', 'max_length' => '12', 'scale' => '2'], 'SHARE' => (object) ['type' => 'decimal', 'max_length' => '5', 'scale' => '2'],
                'WHOLE' => (object) ['type' => 'int', 'max_length' => '19', 'scale' => -1],
            ];
        }
    };
    $rows = [];
    foreach ($fields as $id => $field) {
        [$name, $type, $required, $readonly, $data] = $field + [4 => 'V~O'];
        $rows[] = ['fieldid' => "$id", 'fieldname' => $name, 'fieldlabel' => "Label $name", 'tablename' => 'vte_x', 'columnname' => $name]
            + ['uitype' => "$type", 'typeofdata' => $data, 'readonly' => "$readonly", 'required' => "$required", 'generatedtype' => strpos($name, 'cf_') === 0 ? '2' : '1']
            + ($name === 'cf_initial' ? ['defaultvalue' => 'Red'] : []);
    }
    $adb->answers = array_merge($answers, [['/_field f/', $rows], ['/_ws_entity/', [['id' => '4', 'name' => 'Contacts']]]]);
    (new Mails())->enter(5);
    $GLOBALS['current_user']->column_fields['default_language'] = 'it_it';
    $GLOBALS['current_user']->column_fields['user_timezone'] = 'Europe/Rome';
    return new Forms();
}

/** The values and labels of a field, as pairs. */
function pairs(array $field): array
{
    return array_combine(array_column($field['values'], 'value'), array_column($field['values'], 'label'));
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
    $known = $fields['firstname'];
    ksort($known);
    same(['decimals' => 0, 'initial' => '', 'kind' => 'text', 'label' => 'Nome', 'least' => '', 'longest' => 40, 'modules' => [], 'most' => '', 'required' => false, 'unit' => '', 'values' => [], 'zone' => ''], $known);
    same(['long', 'text'], [$fields['description']['kind'], $fields['department']['kind']]);
    same([30000, true], [$fields['description']['longest'], $fields['department']['required']]);
    same('Label department', $fields['department']['label']);
}

function test_a_list_has_the_values_of_the_users_role_and_a_reference_its_modules(): void
{
    $forms = crm_forms([['ticketstatus', 15, 1, 1], ['parent_id', 10, 0, 1], ['cf_9', 15, 1, 1], ['cf_8', 16, 1, 1], ['cf 7', 15, 1, 1], ['cf_6', 33, 1, 1], ['cf_5', 1015, 1, 1]], [
        ['/vte_cf_[69] v/', [['value' => 'Alpha']]],
        ['/vte_ticketstatus v/', [['value' => 'Open'], ['value' => ''], ['value' => 'Closed']]],
        ['/_picklist_language/', static fn (array $given): array => $given === ['cf_5', 'it_it'] ? [['value' => ' 1 ', 'label' => 'Uno']] : []],
        ['/_fieldmodulerel/', [['relmodule' => 'Accounts'], ['relmodule' => 'Leads']]],
        ['/sdk_language/', [['label' => 'Open', 'trans_label' => 'Aperto']]],
    ]);
    $fields = $forms->enterable('HelpDesk', ['ticketstatus', 'parent_id']);
    same(['Open' => 'Aperto', 'Closed' => 'Closed'], pairs($fields['ticketstatus']));
    same(['record', ['Accounts', 'Leads']], [$fields['parent_id']['kind'], $fields['parent_id']['modules']]);
    same(['choice', ['Alpha' => 'Alpha']], [$fields['cf_9']['kind'], pairs($fields['cf_9'])]);
    same(['several', ['Alpha' => 'Alpha']], [$fields['cf_6']['kind'], pairs($fields['cf_6'])]);
    same(['choice', [1 => 'Uno']], [$fields['cf_5']['kind'], pairs($fields['cf_5'])]);
    same([[], []], [$fields['cf_8']['values'], $fields['cf 7']['values']], 'not by role, and no name of a table');
    same([], preg_grep('/cf(_8| 7) v/', array_column($GLOBALS['adb']->statements, 0)));
}

function test_a_number_has_the_limits_of_the_page_and_of_its_column(): void
{
    $forms = crm_forms([
        ['whole', 7, 1, 1, 'I~M'], ['noofemployees', 1, 1, 1, 'I~O'], ['price', 71, 1, 1, 'N~M~9,2'], ['share', 9, 1, 1, 'N~M~2~2'], ['debt', 7, 1, 1, 'NN~M~4,1'], ['hours', 1, 1, 1, 'N~O'],
        ['cf_tick', 56, 1, 1, 'C~M'],
    ], [['/_currency_info/', [['currency_symbol' => '&euro;']]]]);
    $limits = array_map(static fn (array $field): array => [$field['kind'], $field['decimals'], $field['least'], $field['most'], $field['unit']], $forms->enterable('Leads', []));
    same([
        'whole' => ['number', 0, '0', '2147483647', ''], 'noofemployees' => ['number', 0, '-2147483648', '2147483647', ''], 'price' => ['number', 2, '0', '999999999.99', '€'],
        'share' => ['number', 2, '0', '100', ''], 'debt' => ['number', 1, '-9999.9', '9999.9', ''], 'hours' => ['number', 2, '0', '9999999999999.99', ''],
        'cf_tick' => ['tick', 0, '', '', ''],
    ], $limits);
}

function test_dates_and_times_and_what_the_page_has_filled_in(): void
{
    $forms = crm_forms([
        ['support_start_date', 5, 1, 1, 'D~M'], ['support_end_date', 5, 1, 1, 'D~M'], ['birthday', 5, 1, 1, 'D~M'], ['cf_date', 5, 1, 1, 'D~M'], ['cf_moment', 70, 1, 1, 'T~M'], ['cf_hour', 73, 1, 1, 'T~M'],
        ['cf_initial', 1, 1, 1], ['cf_picture', 69, 1, 1], ['cf_url', 207, 1, 1],
    ]);
    $fields = $forms->enterable('Contacts', []);
    same(['date', 'date', 'date', 'date', 'moment', 'time', 'text', '', 'url'], array_column($fields, 'kind'));
    same([date('Y-m-d'), date('Y-m-d', strtotime('+1 year')), '', '', '', '', 'Red', '', ''], array_column($fields, 'initial'));
    same([date('Y-m-d', strtotime('-1 day')), '', 'Europe/Rome'], [$fields['birthday']['most'], $fields['cf_date']['most'], $fields['cf_moment']['zone']]);
}

function test_users_and_groups_are_those_that_the_page_offers(): void
{
    $fields = [['cf_user', 52, 1, 1], ['cf_every', 51, 1, 1], ['cf_some', 50, 1, 1], ['cf_group', 54, 1, 1], ['cf_ref', 10, 1, 1]];
    $asked = [];
    $answers = static function (int $shared, int $all) use (&$asked): array {
        return [
            ['/_def_org_share/', [['permission' => "$shared"]]], ['/_profile2globalperm/', [['globalactionpermission' => "$all"]]], ['/SELECT r.parentrole/', [['parentrole' => 'H1::H2']]],
            ['/_groups/', [['value' => '2', 'label' => 'Support']]], ['/_fieldinfo/', [['info' => '{"users":["7","x"]}']]], ['/_fieldmodulerel/', [['relmodule' => 'Users']]],
            ['/FROM vte_users/', static function (array $given) use (&$asked): array {
                $asked[] = $given;
                return [['value' => '5', 'first_name' => 'Luca', 'last_name' => 'Conti', 'user_name' => 'agent'], ['value' => '6', 'first_name' => '', 'last_name' => '', 'user_name' => 'robot']];
            }],
        ];
    };
    $told = crm_forms($fields, $answers(2, 1))->enterable('Leads', []);
    same([['5' => 'Luca Conti', '6' => 'robot'], ['2' => 'Support']], [pairs($told['cf_user']), pairs($told['cf_group'])]);
    same([[], [], [7], []], $asked, 'all, but for a field that has users of its own');
    same(['choice', 'choice', []], [$told['cf_ref']['kind'], $told['cf_group']['kind'], $told['cf_ref']['modules']]);
    foreach ([[3, 0], [3, 1]] as [$shared, $all]) {
        $asked = [];
        $told = crm_forms($fields, $answers($shared, $all))->enterable('Leads', []);
        same($all === 0 ? [] : [5, 'H1::H2::%', 5, 'Leads'], $asked[0], 'the own roles, unless the profile may change everything');
        same($all === 0 ? 1 : 0, count($told['cf_group']['values']));
    }
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
