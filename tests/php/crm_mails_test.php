<?php
/** crm/Mails.php over stand-ins of the CRM's functions: what it asks of them, and with what. */

use MailConnector\Crm\Mails;
use MailConnector\Crm\Registration;
use MailConnector\Crm\Tables;

function crm_mails(array $answers = [], array $seen = []): Mails
{
    $adb = crm_fresh();
    $adb->answers = array_merge($answers, [
        ['/_ws_entity/', [['id' => '44', 'name' => 'Messages'], ['id' => '7', 'name' => 'Documents'], ['id' => '4', 'name' => 'Contacts']]],
        ['/_crmentityfolder/', [['folderid' => '2']]],
    ]);
    $GLOBALS['crm']['seen'] = $seen;
    $mails = new Mails();
    $_REQUEST = ['return_action' => 'CallRelatedList', 'return_module' => 'Accounts', 'return_id' => '35', 'element' => '{"a": "b"}'];
    $_POST = $_REQUEST;
    $_FILES = ['filename' => ['name' => 'x']];
    $mails->enter(5);
    return $mails;
}

function test_what_a_client_sent_is_out_of_the_crms_reach(): void
{
    crm_mails();
    same([[], [], [], []], [$_REQUEST, $_GET, $_POST, $_FILES]);
    same(5, $GLOBALS['current_user']->id);
}

function test_a_mail_is_stored_with_our_fields_and_the_tokens_user(): void
{
    $mails = crm_mails();
    same(901, $mails->store(['subject' => 'a', 'messageid' => '<a@b>']));
    same([['save Messages', ['description' => '', 'subject' => 'a', 'messageid' => '<a@b>', 'assigned_user_id' => 5], null, []]], $GLOBALS['crm']['done']);
}

function test_a_mails_date_is_kept_whatever_the_clock_of_the_user(): void
{
    $mails = crm_mails();
    same('America/New_York', $GLOBALS['current_user']->column_fields['user_timezone']);
    $mails->store(['subject' => 'a', 'mdate' => '2026-11-23 11:01:00']);
    same('2026-11-23 11:01:00', $GLOBALS['crm']['done'][0][1]['mdate']);
}

function test_a_record_that_the_crm_could_not_store_is_a_failure(): void
{
    $mails = crm_mails();
    $GLOBALS['crm']['failed'] = true;
    throws(RuntimeException::class, static fn () => $mails->store(['subject' => 'a']));
}

function test_a_file_reaches_the_crm_alone_and_under_its_own_name(): void
{
    $mails = crm_mails([['/_seattachmentsrel/', [['attachmentsid' => '1']]], ['/MAX\(contentid\)/', [['last' => '3']]]]);
    $file = ['place' => 2, 'name' => 'offer_1.pdf', 'type' => 'application/pdf', 'tmp_name' => '/tmp/php1', 'size' => 7];
    same(901, $mails->attach(163, $file));
    [$saved, $related] = array_values(array_filter($GLOBALS['crm']['done'], static fn (array $one): bool => strpos($one[0], 'autoSet') === false));
    same('save Documents', $saved[0]);
    same(['filelocationtype' => 'I', 'notes_title' => 'offer_1.pdf', 'folderid' => 2, 'filestatus' => 1, 'assigned_user_id' => 5], $saved[1]);
    same(163, $saved[2]);
    same(['filename'], array_keys($saved[3]));
    same(['offer_1.pdf', '/tmp/php1', 7, 0], [$saved[3]['filename']['name'], $saved[3]['filename']['tmp_name'], $saved[3]['filename']['size'], $saved[3]['filename']['error']]);
    same(['save_related_module Messages', ['Messages', 163, 'Documents', [901], true]], $related);
    same([], $_FILES);
    $attached = array_values(array_filter($GLOBALS['adb']->statements, static fn (array $one): bool => strpos($one[0], 'INSERT INTO vte_messages_attach') === 0));
    same([163, 4, 'offer_1.pdf', 'application/pdf', 'external attachment', 901, 7], $attached[0][1]);
}

function test_a_document_without_its_file_is_removed(): void
{
    $mails = crm_mails();
    same(0, $mails->attach(163, ['place' => 1, 'name' => 'a', 'type' => 'text/plain', 'tmp_name' => '/tmp/php1', 'size' => 7]));
    same(true, in_array(['trash Documents', ['Documents', 901]], $GLOBALS['crm']['done'], true));
}

function test_what_is_in_a_file_is_told_as_the_pane_sums_it_up(): void
{
    global $root_directory;
    $root_directory = sys_get_temp_dir() . '/digest' . getmypid() . '/';
    mkdir("{$root_directory}storage", 0700, true);
    $sums = [
        '' => '5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456',
        '%PDF-1.7' => 'c8cedff7230ce7df332e576a89046656465f62978333a0f2930ca7b0d5f90872',
        str_repeat('x', 4194304) => '7cb1633b75c3caf1295e18a48aeb3f8bd7f74c5bafa25b4211433cfb2de6de12',
        str_repeat('x', 4194304) . 'yz' => '0467e13458b37532a3ae1c2496702a4dd8b43861da363d174b8532d4120d40e7',
    ];
    $row = ['attachmentsid' => '92', 'name' => 'offer.pdf', 'path' => 'storage/'];
    try {
        foreach ($sums as $content => $sum) {
            file_put_contents("{$root_directory}storage/92_offer.pdf", $content);
            $mails = crm_mails([['/_seattachmentsrel s ON .* WHERE s\.crmid = \?/', static function (array $given) use ($row): array {
                same([91], $given);
                return [$row];
            }]]);
            same($sum, $mails->digest(91));
        }
    } finally {
        unlink("{$root_directory}storage/92_offer.pdf");
        rmdir("{$root_directory}storage");
        rmdir($root_directory);
    }
    same('', $mails->digest(91));
    same('', crm_mails([['/_seattachmentsrel s ON/', []]])->digest(91));
}

function test_only_own_linked_mails_are_told(): void
{
    $row = ['messagesid' => '163', 'messageid' => '<a@b>', 'messagehash' => 'h'];
    $mails = crm_mails([['/smownerid = \? AND mtype = \'Link\' ORDER/', static function (array $given) use ($row): array {
        same(['<a@b>', 5], $given);
        return [$row, ['messageid' => '<A@b>', 'messagesid' => '164'] + $row];
    }]]);
    same([163 => 'h'], $mails->copies('<a@b>'));
    same(null, $mails->held(163));
    $mails = crm_mails([['/smownerid = \? AND mtype = \'Link\' ORDER/', [['messageid' => '<????@b>'] + $row]]]);
    same([163 => 'h'], $mails->copies("<\u{1F642}@b>"));
}

function test_sought_mails_are_asked_for_with_bound_values_in_the_order_of_the_index(): void
{
    $row = ['messagesid' => '163', 'messageid' => '<A@b>', 'subject' => 's', 'mdate' => '2026-11-20 10:11:12', 'createdtime' => null];
    $mails = crm_mails([['/FROM vte_messages WHERE deleted = 0 AND \(messageid = \? OR messageid LIKE \?\) AND mdate = \? AND smownerid = \? AND mtype = \'Link\' ORDER BY messageid, messagesid$/D', static function (array $given) use ($row): array {
        same(["<a'@b>", "<a'@b><%", '2026-11-20 10:11:12', 5], $given);
        return [$row];
    }]]);
    $told = ['number' => 163, 'message_id' => '<A@b>', 'subject' => 's', 'date' => '2026-11-20 10:11:12', 'created' => ''];
    same([$told], $mails->candidates(new MailConnector\SoughtId("<a'@b>"), '2026-11-20 10:11:12'));
    $mails = crm_mails([['/\(messageid LIKE \?\) AND smownerid/', [$row]]]);
    same([$told], $mails->candidates(new MailConnector\SoughtId('<0123456789abcdef.'), ''));
}

function test_a_date_is_filled_in_with_what_is_said_of_it(): void
{
    $mails = crm_mails();
    $mails->fill(163, null, '2026-11-20 10:11:12', 'a mark');
    $changed = array_values(array_filter($GLOBALS['adb']->statements, static fn (array $one): bool => strpos($one[0], 'xmailer') !== false));
    same([['UPDATE vte_messages SET mdate = ?, xmailer = ? WHERE messagesid = ?', ['2026-11-20 10:11:12', 'a mark', 163]]], $changed);
}

function test_a_record_is_what_the_database_says_and_not_deleted(): void
{
    $mails = crm_mails([
        ['/_crmentity WHERE crmid = \? AND deleted = 0/', static fn (array $given): array => $given[0] < 100 ? [['setype' => $given[0] === 18 ? 'Calendar' : 'Contacts']] : []],
        ['/_activity/', [['activitytype' => 'Meeting']]],
        ['/_messages WHERE messagesid = \? AND deleted = 0/', static fn (array $given): array => $given[0] === 163 ? [['messagesid' => '163']] : []],
    ]);
    same(['Contacts', 'Events', 'Messages', ''], [$mails->module(39), $mails->module(18), $mails->module(163), $mails->module(164)]);
    $lead = crm_mails([['/_crmentity WHERE/', [['setype' => 'Leads']]], ['/converted = 1/', static fn (array $given): array => $given === [41] ? [['leadid' => '41']] : []]]);
    same(['Leads', ''], [$lead->module(40), $lead->module(41)], 'one that was converted is none any more');
    same(['4x39', '0x7'], [$mails->id('Contacts', 39), $mails->id('Nothing', 7)]);
}

function test_what_the_crm_did_not_remove_is_a_failure(): void
{
    $there = [['/_crmentity WHERE crmid = \? AND deleted = 0/', [['setype' => 'Documents']]], ['/_messages WHERE messagesid = \? AND deleted = 0/', [['messagesid' => '163']]]];
    throws(RuntimeException::class, static fn () => crm_mails($there)->removeDocument(163, 164));
    throws(RuntimeException::class, static fn () => crm_mails([$there[1]])->remove(163));
    $related = [['/_messagesrel/', [['crmid' => '39', 'setype' => 'Contacts']]], ['/_senotesrel/', [['crmid' => '39', 'setype' => 'Contacts']]]];
    throws(RuntimeException::class, static fn () => crm_mails($related)->unrelate(163, 'Contacts', 39));
    throws(RuntimeException::class, static fn () => crm_mails($related)->unrelateDocument(164, 'Contacts', 39));
    $mails = crm_mails();
    $mails->removeDocument(163, 164);
    $mails->remove(163);
    same(['trash Documents', 'trash Messages'], array_values(array_filter(array_column($GLOBALS['crm']['done'], 0), static fn (string $one): bool => strpos($one, 'trash') === 0)));
}

function test_what_could_not_be_written_is_a_failure(): void
{
    foreach (['/^UPDATE/' => static fn (Mails $mails) => $mails->fill(163, null, '2026-11-20 10:11:12', ''), '/^INSERT/' => static fn (Mails $mails) => $mails->attachAddress(163, 'a', 'https://b.example/')] as $broken => $work) {
        $mails = crm_mails();
        $GLOBALS['crm']['broken'] = $broken;
        throws(RuntimeException::class, static fn () => $work($mails));
    }
}

function test_a_broken_database_is_no_empty_answer(): void
{
    $mails = crm_mails([['/_messagesrel/', 'nothing']]);
    $GLOBALS['crm']['broken'] = '/_messagesrel/';
    throws(RuntimeException::class, static fn () => $mails->records(163));
}

function test_an_update_makes_the_tables_that_are_missing(): void
{
    crm_fresh();
    $GLOBALS['crm']['tables'] = ['vte_mailconnector_links', 'vte_mailconnector_spent', 'vte_mailconnector_made', 'vte_mailconnector_log'];
    (new Registration())->register();
    same([], $GLOBALS['crm']['schemas'] ?? []);
    same(true, in_array('vte_mailconnector_devices.used_at N(15.0)', $GLOBALS['crm']['columns'], true));
    $GLOBALS['crm']['tables'] = [];
    (new Registration())->register();
    same(count(Tables::ADDED), count($GLOBALS['crm']['schemas']));
    same(1, preg_match('/<table name="vte_mailconnector_links">/', $GLOBALS['crm']['schemas'][0]));
}

function test_address_columns_get_an_index_where_they_have_none_and_lose_it_again(): void
{
    $adb = crm_fresh();
    $adb->answers = [['/_field f/', [['tablename' => 'vte_account', 'columnname' => 'email1'], ['tablename' => 'vte_contactdetails', 'columnname' => 'email'], ['tablename' => 'x; DROP', 'columnname' => 'a']]]];
    $adb->database = new class {
        public array $known = ['vte_contactdetails' => ['idx4' => ['columns' => ['email']]]];

        public function MetaIndexes($table)
        {
            return $this->known[$table] ?? false;
        }
    };
    (new MailConnector\Crm\Indexes())->add();
    $made = array_values(preg_grep('/^CREATE/', array_column($adb->statements, 0)));
    same(1, count($made));
    same(1, preg_match('/^CREATE INDEX (mailconnector_[0-9a-f]{12}) ON vte_account \(email1\)$/D', $made[0], $name));
    $adb->database->known['vte_account'] = [$name[1] => ['columns' => ['email1']]];
    (new MailConnector\Crm\Indexes())->drop();
    same(["DROP INDEX $name[1] ON vte_account"], array_values(preg_grep('/^DROP/', array_column($adb->statements, 0))));
}

function test_a_large_picture_goes_around_the_crms_cleaning(): void
{
    $large = str_repeat('A', 3000000);
    $mails = crm_mails([['/^SELECT cleaned_body/', static fn (): array => [['cleaned_body' => $GLOBALS['crm']['done'][0][1]['description']]]]]);
    $mails->store(['subject' => 'a', 'description' => "<img src=\"data:image/png;base64,$large\"><p>End</p>"]);
    same(true, strlen($GLOBALS['crm']['done'][0][1]['description']) < 200);
    $updated = array_values(array_filter($GLOBALS['adb']->statements, static fn (array $one): bool => strpos($one[0], 'UPDATE vte_messages SET cleaned_body') === 0));
    same(["<img src=\"data:image/png;base64,$large\"><p>End</p>", 901], $updated[0][1]);
}

function test_a_link_that_is_repeated_waits_for_the_first(): void
{
    $mails = crm_mails();
    $locks = static fn (): array => array_values(preg_grep('/LOCK/', array_column($GLOBALS['adb']->statements, 0)));
    same(7, $mails->oneAtATime('<a@b>', static function () use ($locks): int {
        same(['SELECT GET_LOCK(?, 20) AS got'], $locks());
        return 7;
    }));
    throws(DomainException::class, static fn () => $mails->oneAtATime('<a@b>', static function (): void {
        throw new DomainException();
    }));
    same(4, count($locks()));
    same(1, preg_match('/^mailconnector_[0-9a-f]{32}$/D', end($GLOBALS['adb']->statements)[1][0]));
}
