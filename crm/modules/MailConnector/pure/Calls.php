<?php

namespace MailConnector;

/**
 * mailconnectorcall: the stock operations with which the pane stores and relates a mail, in the forms in which it asks for
 * them and in no other. What is handed on is made anew from what was checked.
 */
final class Calls
{
    public const ALLOWED = ['create', 'delete', 'describe', 'query', 'relate', 'retrieve', 'revise'];

    /** What a call writes to, and the fields that it may give. Nobody chooses an owner. */
    private const FIELDS = [
        'Messages' => [
            'subject', 'mdate', 'mtype', 'messageid', 'xmailer', 'mfrom', 'mfrom_n', 'mfrom_f', 'mto', 'mto_n', 'mto_f', 'mcc', 'mcc_n', 'mcc_f',
            'mbcc', 'mbcc_n', 'mbcc_f', 'mreplyto', 'mreplyto_n', 'mreplyto_f', 'in_reply_to', 'mreferences', 'description', 'hasattachments',
            'external_plugin',
        ],
        'Documents' => ['notes_title', 'filestatus', 'filelocationtype', 'notecontent', 'folderid', 'filename'],
    ];
    private const CORRECTED = [
        'Messages' => ['id', 'mdate', 'subject', 'xmailer', 'hasattachments', 'external_plugin'],
        'Documents' => ['id', 'notecontent'],
    ];
    private const FIELD = '(?:id|messageid|subject|mtype|mdate|createdtime|assigned_user_id|notes_title|filesize|folderid|notecontent|filelocationtype)';
    /** A value ends with its quote: quotes and backslashes inside it are doubled, and there are no control characters. */
    private const CONDITION = "(?:messageid|mdate|id|assigned_user_id) (?:=|>|LIKE) '(?:[^'\\\\\\x00-\\x1f]|''|\\\\\\\\)*'";

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
            throw self::notAllowed($operation);
        }
        $parameters = $this->{$operation}(array_filter($given->all(), 'is_string'));
        if ($parameters === null) {
            throw self::notAllowed($operation);
        }
        foreach ($operation === 'relate' ? self::decoded($parameters['relatelist']) : [] as $id) {
            // The stock operation does not look whether the user may see them.
            if (!$this->stock->maySee($id, $user)) {
                throw $this->stock->refusal();
            }
        }
        return $this->stock->run($operation, $parameters, $user);
    }

    private static function notAllowed(string $operation): Refusal
    {
        return new Refusal('operation_not_allowed', "The operation $operation is not allowed, or not in this form.", ['operation' => $operation]);
    }

    // What is handed on, by operation; null for a form that the pane has not.

    private function create(array $given): ?array
    {
        $module = $given['elementType'] ?? '';
        $element = self::decoded($given['element'] ?? '');
        $known = isset(self::FIELDS[$module]) && self::isOf(self::FIELDS[$module], $element);
        return $known ? ['elementType' => $module, 'element' => json_encode($element)] : null;
    }

    private function revise(array $given): ?array
    {
        $element = self::decoded($given['element'] ?? '');
        $known = isset($element['id']) && is_string($element['id']) ? self::CORRECTED[$this->module($element['id'])] ?? [] : [];
        return self::isOf($known, $element) ? ['element' => json_encode($element)] : null;
    }

    private function delete(array $given): ?array
    {
        return isset(self::FIELDS[$this->module($given['id'] ?? '')]) ? ['id' => $given['id']] : null;
    }

    private function describe(array $given): ?array
    {
        return ($given['elementType'] ?? '') === 'Documents' ? ['elementType' => 'Documents'] : null;
    }

    private function query(array $given): ?array
    {
        [$field, $condition] = [self::FIELD, self::CONDITION];
        $pattern = "/^SELECT $field(?:,$field)* FROM (?:Messages|Documents) WHERE $condition(?: AND $condition)*(?: ORDER BY createdtime)? LIMIT \d{1,3},\d{1,3};$/Du";
        return preg_match($pattern, $given['query'] ?? '') === 1 ? ['query' => $given['query']] : null;
    }

    private function retrieve(array $given): ?array
    {
        $this->module($given['id'] ?? '');
        return ['id' => $given['id']];
    }

    private function relate(array $given): ?array
    {
        $targets = self::decoded($given['relatelist'] ?? '');
        $source = $this->module($given['id'] ?? '');
        if (!isset(self::FIELDS[$source]) || $targets !== array_filter($targets, 'is_string')) {
            return null;
        }
        // A Document goes onto its mail, too; a mail not onto another.
        $known = !in_array('Messages', array_map([$this, 'module'], $targets), true) || $source === 'Documents';
        return $known ? ['id' => $given['id'], 'relatelist' => json_encode(array_values($targets)), 'relationid' => ''] : null;
    }

    /** The module of a record. There has to be one: users and groups, which are no records, are refused as what is not there. */
    private function module(string $id): string
    {
        $module = $this->stock->module($id);
        if ($module === '') {
            throw $this->stock->missing();
        }
        return $module;
    }

    /** Whether these are texts by known names, and there are any. */
    private static function isOf(array $names, array $element): bool
    {
        return $element !== [] && array_diff(array_keys($element), $names) === [] && $element === array_filter($element, 'is_string');
    }

    private static function decoded(string $text): array
    {
        $value = json_decode($text, true, 4);
        return is_array($value) ? $value : [];
    }
}
