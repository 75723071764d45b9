<?php
/** mailconnectorlink over stock operations that a test decides on. */

use MailConnector\MailLinks;
use MailConnector\Parameters;
use MailConnector\Refusal;
use MailConnector\Relations;
use MailConnector\WholeMail;

/** Stores the mail 44x163, of whose files these Documents came; relates as `ListedRelations`. */
final class StoredMail extends ListedRelations implements MailLinks
{
    /** @var string[] */
    public array $documents = [];
    /** @var Throwable|null what a query ends with */
    public $brokenQuery = null;
    /** @var Throwable[] what reading a target ends with */
    public array $unreadable = [];
    /** @var array|null the mails with the same Message-ID; null where nobody can tell */
    public $copies = [];

    public function run(string $operation, array $parameters, int $user)
    {
        if ($operation === 'create') {
            same(['elementType' => 'Messages', 'element' => '{"subject":"a"}'], $parameters);
            $this->asked[] = 'create';
            return ['id' => '44x163', 'subject' => 'a', 'messageid' => '<a@b>'];
        }
        if ($operation === 'retrieve') {
            same(['id'], array_keys($parameters));
            if (isset($this->unreadable[$parameters['id']])) {
                throw $this->unreadable[$parameters['id']];
            }
            return ['id' => $parameters['id']];
        }
        if ($operation === 'query') {
            same(['query'], array_keys($parameters));
            same(1, preg_match("/^SELECT id, notes_title, filesize, folderid FROM Documents WHERE id IN \('(.+)'\) LIMIT 0, 100;$/D", $parameters['query'], $part));
            $ids = explode("', '", $part[1]);
            $this->asked[] = 'query ' . count($ids);
            if ($this->brokenQuery !== null) {
                throw $this->brokenQuery;
            }
            return array_map(static fn (string $id): array => ['id' => $id], array_reverse($ids));
        }
        return parent::run($operation, $parameters, $user);
    }

    public function documents(int $message): array
    {
        same(163, $message);
        return $this->documents;
    }

    public function copies(string $messageId): array
    {
        same('<a@b>', $messageId);
        if ($this->copies === null) {
            throw new RuntimeException('the database is gone');
        }
        return $this->copies;
    }

}

function whole_mail(StoredMail $crm, array $targets, float $seconds = Relations::SECONDS): array
{
    $given = new Parameters(['element' => '{"subject": "a"}', 'targets' => json_encode($targets), 'elementType' => 'Contacts']);
    return (new WholeMail($crm, $crm, 5, $seconds))->link($given);
}

function test_a_whole_mail_is_stored_read_back_and_related_in_this_order(): void
{
    $crm = new StoredMail(['16x8']);
    $crm->documents = ['7x9', '7x164'];
    same([
        'message' => ['id' => '44x163', 'subject' => 'a', 'messageid' => '<a@b>'],
        'copies' => [],
        'documents' => [['id' => '7x9'], ['id' => '7x164']],
        'related' => [['44x163', '4x39'], ['7x9', '4x39'], ['7x164', '4x39'], ['44x163', '7x9'], ['44x163', '7x164']],
        'refused' => [['source' => '44x163', 'target' => '16x8', 'reason' => 'There is no relation with module Notices']],
        'complete' => true,
    ], whole_mail($crm, ['4x39', '16x8', '4x39']));
    same(['create', 'query 2', '44x163: 4x39 16x8', '44x163: 4x39', '44x163: 16x8', '7x9: 4x39', '7x164: 4x39', '44x163: 7x9 7x164'], $crm->asked);
}

function test_the_users_own_copies_are_told_and_nobody_elses(): void
{
    $crm = new StoredMail();
    $crm->copies = [['owner' => 5, 'id' => '44x100'], ['owner' => 6, 'id' => '44x101'], ['owner' => 5, 'id' => '44x163']];
    same(['44x100', '44x163'], whole_mail($crm, ['4x39'])['copies']);
    $crm->copies = null;
    same([[], [['44x163', '4x39']]], [($told = whole_mail($crm, ['4x39']))['copies'], $told['related']]);
}

function test_a_target_that_can_not_be_read_is_refused(): void
{
    $crm = new StoredMail();
    $crm->documents = ['7x164'];
    $crm->unreadable = ['4x39' => new DomainException('Record you are trying to access is not found')];
    $told = whole_mail($crm, ['4x39', '3x19']);
    same([['44x163', '3x19'], ['7x164', '3x19'], ['44x163', '7x164']], $told['related']);
    same([['source' => '44x163', 'target' => '4x39', 'reason' => 'Record you are trying to access is not found']], $told['refused']);
    $told = whole_mail($crm, ['4x39']);
    same([[], true], [$told['related'], $told['complete']]);
    $crm->unreadable = ['4x39' => $error = new RuntimeException('the database is gone')];
    same($error, throws(RuntimeException::class, static fn () => whole_mail($crm, ['4x39'])));
}

function test_no_query_without_documents_and_no_document_where_no_target_took_the_mail(): void
{
    $crm = new StoredMail();
    same([[['44x163', '4x39']], []], [($told = whole_mail($crm, ['4x39']))['related'], $told['documents']]);
    same(['create', '44x163: 4x39'], $crm->asked);
    $crm = new StoredMail(['16x8']);
    $crm->documents = ['7x164'];
    same([['id' => '7x164']], whole_mail($crm, ['16x8'])['documents']);
    same(['create', 'query 1', '44x163: 16x8'], $crm->asked);
}

function test_many_documents_are_asked_for_in_portions(): void
{
    $crm = new StoredMail();
    $crm->documents = array_map(static fn (int $number): string => "7x$number", range(164, 413));
    same($crm->documents, array_column(whole_mail($crm, ['4x39'], 0.0)['documents'], 'id'));
    same(['create', 'query 100', 'query 100', 'query 50', '44x163: 4x39'], $crm->asked);
}

function test_a_query_that_fails_costs_the_documents_only(): void
{
    foreach ([new DomainException('Permission denied'), new RuntimeException('the database is gone'), new Error('Call to undefined method')] as $error) {
        $crm = new StoredMail();
        $crm->documents = ['7x164'];
        $crm->brokenQuery = $error;
        same([[], [['44x163', '4x39']], true], [($told = whole_mail($crm, ['4x39']))['documents'], $told['related'], $told['complete']]);
    }
}

function test_a_breakdown_after_the_mail_was_stored_ends_the_call(): void
{
    $error = new RuntimeException('the database is gone');
    $crm = new StoredMail([], ['7x164' => $error]);
    $crm->documents = ['7x164', '7x165'];
    same($error, throws(RuntimeException::class, static fn () => whole_mail($crm, ['4x39'])));
    same(['create', 'query 2', '44x163: 4x39', '7x164: 4x39'], $crm->asked);
}

function test_where_the_time_is_over_the_mail_is_related_only(): void
{
    $crm = new StoredMail();
    $crm->documents = ['7x164'];
    same([[['44x163', '4x39']], false], [($told = whole_mail($crm, ['4x39'], 0.0))['related'], $told['complete']]);
}

function test_the_values_of_a_record_are_a_json_object(): void
{
    $read = static fn ($text): array => (new Parameters(['element' => $text]))->record('element');
    same([['a' => 'b'], []], [$read(' {"a": "b"}'), $read('{}')]);
    foreach ([null, '', '[]', '[{}]', 'null', '7', '"a"', '{', ['a' => 'b'], 7] as $bad) {
        same(['parameter' => 'element'], throws(Refusal::class, static fn () => $read($bad))->details);
    }
}
