<?php
/** mailconnectorrelate over stock operations that a test decides on. */

use MailConnector\Parameters;
use MailConnector\Refusal;
use MailConnector\Relations;
use MailConnector\StockOperations;

/** Relates everything but what it is told to refuse or to break at; writes down what was asked. */
class ListedRelations implements StockOperations
{
    public array $asked = [];
    /** @var array targets that are refused */
    private array $refused;
    /** @var Throwable[] by source */
    private array $broken;

    public function __construct(array $refused = [], array $broken = [])
    {
        $this->refused = $refused;
        $this->broken = $broken;
    }

    public function run(string $operation, array $parameters, int $user)
    {
        same(['relate', '', 5], [$operation, $parameters['relationid'], $user]);
        $targets = json_decode($parameters['relatelist'], true);
        $this->asked[] = $parameters['id'] . ': ' . implode(' ', $targets);
        if (isset($this->broken[$parameters['id']])) {
            throw $this->broken[$parameters['id']];
        }
        if (array_intersect($targets, $this->refused) !== []) {
            throw new DomainException('There is no relation with module Notices');
        }
        return null;
    }

    public function module(string $id): string
    {
        return ['4' => 'Contacts', '7' => 'Documents', '44' => 'Messages'][explode('x', $id)[0]] ?? 'Accounts';
    }

    public function maySee(string $id, int $user): bool
    {
        return $id !== '4x40';
    }

    public function refusal(): Exception
    {
        return new DomainException('Permission to read given object is denied');
    }

    public function missing(): Exception
    {
        return new DomainException('Record you are trying to access is not found');
    }

    public function isRefusal(Exception $error): bool
    {
        return $error instanceof DomainException;
    }
}

function relations(StockOperations $stock, array $sources, array $targets, float $seconds = Relations::SECONDS): array
{
    $relations = new Relations($stock, 5, $seconds);
    $relations->make($sources, $targets);
    return $relations->told();
}

function test_all_targets_of_a_source_are_related_at_once(): void
{
    $stock = new ListedRelations();
    $related = [['7x1', '4x39'], ['7x1', '3x19'], ['7x2', '4x39'], ['7x2', '3x19']];
    same(['related' => $related, 'refused' => [], 'complete' => true], relations($stock, ['7x1', '7x2'], ['4x39', '3x19']));
    same(['7x1: 4x39 3x19', '7x2: 4x39 3x19'], $stock->asked);
}

function test_what_is_refused_is_told_by_pair(): void
{
    $stock = new ListedRelations(['16x8']);
    $answer = relations($stock, ['7x1'], ['4x39', '16x8', '4x40']);
    same([['7x1', '4x39']], $answer['related']);
    same([
        ['source' => '7x1', 'target' => '16x8', 'reason' => 'There is no relation with module Notices'],
        ['source' => '7x1', 'target' => '4x40', 'reason' => 'Permission to read given object is denied'],
    ], $answer['refused']);
    same(true, $answer['complete']);
    // The CRM is not asked for what the user may not see.
    same(['7x1: 4x39', '7x1: 16x8'], $stock->asked);
}

function test_a_breakdown_is_no_refusal(): void
{
    foreach ([new RuntimeException('the database is gone'), new Error('Call to undefined method')] as $error) {
        $stock = new ListedRelations([], ['7x2' => $error]);
        same($error, throws(get_class($error), static fn () => relations($stock, ['7x1', '7x2', '7x3'], ['4x39'])));
        same(['7x1: 4x39', '7x2: 4x39'], $stock->asked);
    }
}

function test_no_source_is_begun_when_the_time_is_over(): void
{
    $stock = new ListedRelations();
    same(['related' => [['7x1', '4x39']], 'refused' => [], 'complete' => false], relations($stock, ['7x1', '7x2'], ['4x39'], 0.0));
    same(true, relations($stock, ['7x2'], ['4x39'], 0.0)['complete']);
}

function test_record_ids_have_their_form(): void
{
    $ids = static fn (string $text): array => (new Parameters(['sources' => $text]))->ids('sources');
    same(['7x1', '7x2'], $ids('["7x1", "7x2", "7x1"]'));
    foreach (['', '[]', '["7x"]', '["7x1\n"]', '[" 7x1"]', '[7]', '{"a": "7x1"}', json_encode(array_fill(0, 51, '7x1'))] as $bad) {
        same(['parameter' => 'sources'], throws(Refusal::class, static fn () => $ids($bad))->details);
    }
}
