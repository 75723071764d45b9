<?php
/** crm/Records.php over stand-ins of the CRM's functions: what it reads, and what it does not tell. */

use MailConnector\Crm\Mails;
use MailConnector\Crm\Records;
use MailConnector\Unasked;

const CONTACT_FIELDS = [
    ['firstname', 'vte_contactdetails', 'firstname', 1], ['lastname', 'vte_contactdetails', 'lastname', 1], ['email', 'vte_contactdetails', 'email', 13],
    ['cf_7', 'vte_contactscf', 'cf_7', 13], ['account_id', 'vte_contactdetails', 'accountid', 10], ['contact_no', 'vte_contactdetails', 'contact_no', 4],
    ['evil', 'vte_contactdetails; DROP', 'x', 13],
];

/** @return array{0: Records, 1: PearDatabase} */
function crm_records(array $answers = [], array $seen = [39]): array
{
    $fields = [];
    foreach (CONTACT_FIELDS as $id => [$name, $table, $column, $kind]) {
        $fields[] = ['module' => 'Contacts', 'fieldid' => (string) $id, 'fieldname' => $name, 'columnname' => $column, 'tablename' => $table, 'uitype' => (string) $kind];
    }
    $adb = crm_fresh();
    $adb->database = new class {
        public function MetaPrimaryKeys($table)
        {
            return $table === 'vte_contactscf' ? ['contactid'] : false;
        }
    };
    $adb->answers = array_merge($answers, [
        ['/_ws_entity/', [['id' => '4', 'name' => 'Contacts'], ['id' => '3', 'name' => 'Accounts']]],
        ['/_entityname/', [['modulename' => 'Contacts', 'tablename' => 'vte_contactdetails', 'fieldname' => 'lastname,firstname', 'entityidfield' => 'contactid']]],
        ['/_fieldmodulerel/', [['fieldid' => '4', 'relmodule' => 'Accounts']]],
        ['/_field f/', $fields],
        ['/_relatedlists/', [['name' => 'Contacts']]],
    ]);
    $GLOBALS['crm']['seen'] = $seen;
    $GLOBALS['crm']['hidden'] = [];
    $GLOBALS['crm']['sharing'] = '';
    $mails = new Mails();
    $mails->enter(5);
    $GLOBALS['crm']['seen'][] = 0;
    return [new Records($mails), $adb];
}

function mary(array $changes = []): array
{
    // As the aliases stand: f_2 lastname or firstname, in the order of the name.
    return $changes + ['record' => '39', 'owner' => '5', 'f_2' => 'Mary', 'f_3' => 'Smith', 'f_4' => 'mary@a.example', 'f_5' => '', 'f_6' => '19'];
}

function test_addresses_are_looked_for_by_bound_values_in_every_address_column(): void
{
    [$records, $adb] = crm_records([['/IN \(\?, \?\)/', [['id' => '39', 'value' => 'Mary@a.example', 'field' => '0']]]]);
    $unasked = new Unasked();
    same(['Contacts' => [39 => 'Mary@a.example']], $records->withAddresses(["o'x@a.example", 'b@a.example'], $unasked));
    [$sql, $given] = end($adb->statements);
    same(["o'x@a.example", 'b@a.example', "o'x@a.example", 'b@a.example'], $given);
    same(2, substr_count($sql, 'SELECT'));
    same(1, preg_match('/vte_contactscf\.cf_7 IN/', $sql));
    same(0, preg_match('/DROP|example/', $sql), 'names that are none are left out');
}

function test_a_person_is_named_first_name_first_and_hidden_fields_are_not_told(): void
{
    [$records] = crm_records([['/AS record/', static fn (): array => [mary()]]]);
    same(['name' => 'Mary Smith', 'detail' => 'mary@a.example', 'company' => 19, 'behind' => [19], 'mails' => ['mary@a.example'], 'sites' => []], $records->told('Contacts', [39])[39]);
    [$records] = crm_records([['/AS record/', static fn (): array => [mary()]]]);
    $GLOBALS['crm']['hidden'] = ['firstname', 'email', 'account_id'];
    $GLOBALS['crm']['user'] = 6;
    $GLOBALS['current_user']->id = 6;
    same(['name' => 'Smith', 'detail' => '', 'company' => 0, 'behind' => [], 'mails' => [], 'sites' => []], $records->told('Contacts', [39])[39]);
}

function test_what_a_hidden_field_holds_is_no_reason(): void
{
    [$records] = crm_records([['/IN \(\?\)/', [['id' => '39', 'value' => 'mary@a.example', 'field' => '0'], ['id' => '40', 'value' => 'mary@a.example', 'field' => '1']]]]);
    $GLOBALS['crm']['hidden'] = ['email'];
    $GLOBALS['current_user']->id = 7;
    same(['Contacts' => [40 => 'mary@a.example']], $records->withAddresses(['mary@a.example'], new Unasked()));
}

function test_records_that_the_user_may_not_see_are_not_read(): void
{
    [$records, $adb] = crm_records([], []);
    same([], $records->told('Contacts', [39, 40]));
    same([], preg_grep('/AS record/', array_column($adb->statements, 0)));
    same([], $records->told('Users', [1]));
}

function test_a_module_that_could_not_be_asked_is_told(): void
{
    [$records] = crm_records();
    $GLOBALS['crm']['broken'] = '/vte_contactdetails\.email AS value/';
    $unasked = new Unasked();
    same([], $records->withAddresses(['a@b.example'], $unasked));
    same(['Contacts'], $unasked->told());
}

function test_signs_of_a_pattern_are_signs(): void
{
    [$records, $adb] = crm_records();
    $records->search('Contacts', ['50%_\\'], 5, false);
    [$sql, $given] = end($adb->statements);
    same(['50\\%\\_\\\\%'], $given);
    $records->search('Contacts', ['smith', 'o\'x'], 5, true);
    [$sql, $given] = end($adb->statements);
    same('%smith%', $given[0]);
    same(1, preg_match('/LIMIT 2000\) d/', $sql));
    same(0, preg_match("/smith|o'x/", $sql));
}

function test_a_message_id_is_compared_letter_by_letter(): void
{
    $row = ['messagesid' => '163', 'messageid' => '<a@b>', 'messagehash' => 'h', 'smownerid' => '5', 'createdtime' => '2026-11-20 11:12:13', 'subject' => 'a'];
    [$records] = crm_records([
        ['/_messages WHERE messageid/', [$row, ['messageid' => '<A@b>'] + $row, ['messagehash' => ''] + $row]],
        ['/_users/', static fn (): array => [user_row()]],
    ]);
    $told = ['hash' => 'h', 'owner' => 5, 'by' => 'Luca Conti', 'created' => strtotime('2026-11-20T11:12:13+01:00'), 'number' => 163, 'subject' => 'a'];
    same(['<a@b>' => [$told]], $records->mails(['<a@b>'], new Unasked()));
}

function test_many_mails_of_one_id_leave_room_for_those_of_another(): void
{
    $row = ['messagesid' => '163', 'messageid' => '<a@b>', 'messagehash' => 'h', 'smownerid' => '5', 'createdtime' => '2026-11-20 11:12:13', 'subject' => 'a'];
    $asked = [];
    [$records] = crm_records([
        ['/_messages WHERE messageid/', static function (array $given) use ($row, &$asked): array {
            $asked[] = $given;
            return $given === ['<c@d>'] ? [['messageid' => '<c@d>', 'messagehash' => 'i'] + $row] : array_fill(0, count($given) * 50, $row);
        }],
        ['/_messagesrel r/', static fn (array $given): array => array_map(static fn (string $hash): array => ['messagehash' => $hash, 'crmid' => '39', 'setype' => 'Contacts'], $given)],
        ['/_users/', static fn (): array => [user_row()]],
    ]);
    $unasked = new Unasked();
    $found = $records->mails(['<a@b>', '<c@d>'], $unasked);
    same([['<a@b>', '<c@d>'], ['<a@b>'], ['<c@d>']], $asked);
    same([50, 1], [count($found['<a@b>']), count($found['<c@d>'])]);
    same(true, $unasked->isCut());
    same(['h' => [39 => 'Contacts'], 'i' => [39 => 'Contacts']], $records->ofMails(['h', 'i'], new Unasked()));
}

/** @return array[] so many rows of other people's records, and the last of the user's */
function crowd(int $many): array
{
    return array_map(static fn (int $number): array => ['id' => (string) $number, 'value' => 'x@a.example', 'field' => '0'], range(1000 + $many, 1001));
}

function test_of_many_with_one_address_the_one_that_the_user_may_see_is_found(): void
{
    [$records, $adb] = crm_records([['/contactdetails\.email IN/', crowd(150)]], [1001]);
    $GLOBALS['crm']['sharing'] = ' INNER JOIN shared ON shared.id = vte_crmentity.smownerid ';
    $unasked = new Unasked();
    same(['Contacts' => [1001 => 'x@a.example']], $records->withAddresses(['x@a.example'], $unasked));
    same([false, []], [$unasked->isCut(), $unasked->told()]);
    $asked = array_slice(array_column($adb->statements, 0), -4);
    same([1, 0, 0, 0], array_map(static fn (string $sql): int => substr_count($sql, 'UNION'), $asked));
    same([0, 1, 1, 1], array_map(static fn (string $sql): int => substr_count($sql, 'JOIN shared'), $asked), 'two pages of one column, one of the other');
}

function test_that_there_are_more_than_are_looked_at_is_told(): void
{
    foreach ([[crowd(1200), [1001]], [crowd(150), range(1001, 1150)]] as [$rows, $seen]) {
        [$records] = crm_records([['/contactdetails\.email IN/', $rows]], $seen);
        $unasked = new Unasked();
        $found = $records->withAddresses(['x@a.example'], $unasked);
        same([true, count($seen) > 1 ? 101 : 0], [$unasked->isCut(), count($found['Contacts'] ?? [])]);
    }
}

function test_the_records_of_a_mail_are_those_that_the_user_may_see(): void
{
    $rows = array_map(static fn (array $one): array => ['messagehash' => 'h', 'crmid' => $one['id'], 'setype' => 'Contacts'], crowd(150));
    [$records] = crm_records([['/_messagesrel r/', $rows]], [1001]);
    $unasked = new Unasked();
    same(['h' => [1001 => 'Contacts']], $records->ofMails(['h'], $unasked));
    same(false, $unasked->isCut());
    $rows = array_map(static fn (array $one): array => ['messagehash' => 'h', 'crmid' => $one['id'], 'setype' => 'Contacts'], crowd(1011));
    [$records] = crm_records([['/_messagesrel r/', $rows]], [1001]);
    same([[], true], [$records->ofMails(['h'], $unasked), $unasked->isCut()], 'behind 1,010 others');
}

function test_the_last_mails_are_those_that_the_user_may_see(): void
{
    // Of 1,200 the last 101 are looked at (2200 to 2100), and of the others the user's own.
    $mail = static fn (array $one): array => ['messagesid' => $one['id'], 'subject' => "Mail $one[id]", 'mdate' => '', 'smownerid' => $one['id'] < 1003 ? '5' : '6'];
    $own = static fn (array $row): bool => $row['smownerid'] === '5';
    $mails = static fn (array $given): array => count($given) < 2 ? array_map($mail, crowd(1200)) : array_filter(array_map($mail, crowd(1200)), $own);
    $answers = [['/_messagesrel r/', $mails], ['/_users/', static fn (): array => [user_row()]]];
    [$records, $adb] = crm_records($answers, [2199, 2100, 2099, 1002]);
    same(['Mail 2199', 'Mail 2100', 'Mail 1002'], array_column($records->lastMails(39, 5), 'subject'));
    same([[39], [39, 5]], array_column(array_values(array_filter($adb->statements, static fn (array $one): bool => strpos($one[0], '_messagesrel r') > 0)), 1));
    [$records] = crm_records($answers, range(1001, 2200));
    same(['Mail 2200', 'Mail 2199'], array_column($records->lastMails(39, 2), 'subject'));
}

function test_a_lead_that_was_converted_is_gone_and_told_as_what_it_has_become(): void
{
    $rel = [['leadid' => '39', 'contactid' => '0', 'accountid' => '19', 'potentialid' => '51']];
    [$records, $adb] = crm_records([['/_leadconvrel r/', $rel],
        ['/_ws_entity/', [['id' => '4', 'name' => 'Contacts'], ['id' => '3', 'name' => 'Accounts'], ['id' => '2', 'name' => 'Leads']]],
        ['/_entityname/', [['modulename' => 'Leads', 'tablename' => 'vte_leaddetails', 'fieldname' => 'lastname', 'entityidfield' => 'leadid']]],
        ['/_field f/', [['module' => 'Leads', 'fieldid' => '1', 'fieldname' => 'lastname', 'columnname' => 'lastname', 'tablename' => 'vte_leaddetails', 'uitype' => '1']]],
        ['/_relatedlists/', [['name' => 'Leads']]]]);
    same([39 => ['Accounts' => 19, 'Potentials' => 51]], $records->converted([39, 40]));
    same([39], end($adb->statements)[1], 'of a lead that the user may not see nothing is told');
    $records->told('Leads', [39]);
    same(1, preg_match('/vte_leaddetails\.converted = 0/', end($adb->statements)[0]));
}

function test_domains_are_looked_for_in_one_reading_of_each_column(): void
{
    $rows = [];
    $field = ['module' => 'Accounts', 'tablename' => 'vte_account'];
    [$records, $adb] = crm_records([
        ['/ LIKE \?/', static function (array $given) use (&$rows): array {
            return count($given) > 2 ? $rows : [];
        }],
        ['/_entityname/', [['modulename' => 'Accounts', 'tablename' => 'vte_account', 'fieldname' => 'accountname', 'entityidfield' => 'accountid']]],
        ['/_field f/', [
            $field + ['fieldid' => '1', 'fieldname' => 'email1', 'columnname' => 'email1', 'uitype' => '13'],
            $field + ['fieldid' => '2', 'fieldname' => 'website', 'columnname' => 'url', 'uitype' => '17'],
        ]],
        ['/_relatedlists/', [['name' => 'Accounts']]],
    ]);
    $records->ofDomains(['a.example', 'b_.example'], new Unasked());
    $before = count($adb->statements);
    [$sql, $given] = end($adb->statements);
    same(1, preg_match('/WHERE \((\w+\.\w+) LIKE \? OR \1 LIKE \?\)/', $sql));
    same(['%@a.example', '%@b\\_.example', '%a.example%', '%b\\_.example%'], $given);
    // Where one of them may have left the others no room, each is asked for alone.
    $rows = array_fill(0, 202, ['id' => '1', 'value' => 'x@a.example', 'field' => '0']);
    $records->ofDomains(['a.example', 'b_.example'], new Unasked());
    same($before + 3, count($adb->statements));
}
