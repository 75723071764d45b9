<?php

namespace MailConnector;

/** mailconnectorcall: stock operations for whoever has a token, from a list, and no further than the user may see. */
final class Calls
{
    public const ALLOWED = [
        'create', 'delete', 'describe', 'getlabels', 'getlangs', 'getmenulist', 'listtypes', 'olclientsearch',
        'oldoquery', 'query', 'relate', 'retrieve', 'revise',
    ];

    private StockOperations $stock;

    public function __construct(StockOperations $stock)
    {
        $this->stock = $stock;
    }

    /** @return mixed the stock operation's data */
    public function run(Parameters $given, int $user)
    {
        $operation = $given->text('operation');
        if ($operation === '') {
            throw Parameters::refusal('operation');
        }
        if (!in_array($operation, self::ALLOWED, true)) {
            $message = "The operation $operation is not allowed.";
            throw new Refusal('operation_not_allowed', $message, ['operation' => $operation]);
        }
        $parameters = $given->all();
        foreach (self::targets($operation, $parameters) as $id) {
            if (!$this->stock->maySee($id, $user)) {
                throw $this->stock->refusal();
            }
        }
        return $this->stock->run($operation, $parameters, $user);
    }

    /** The records that a mail would be put to. The stock operation does not look whether the user may see them. */
    private static function targets(string $operation, array $parameters): array
    {
        $found = [];
        if ($operation === 'relate') {
            $found = self::decoded($parameters['relatelist'] ?? '');
        } elseif ($operation === 'create') {
            $found = [self::decoded($parameters['element'] ?? '')['parent_id'] ?? ''];
        }
        $found = array_filter($found, static fn ($id): bool => $id !== '' && $id !== null);
        if ($found !== array_filter($found, 'is_string')) {
            throw Parameters::refusal($operation === 'relate' ? 'relatelist' : 'element');
        }
        return $found;
    }

    /** @param mixed $text */
    private static function decoded($text): array
    {
        $value = is_string($text) ? json_decode($text, true) : null;
        return is_array($value) ? $value : [];
    }
}
