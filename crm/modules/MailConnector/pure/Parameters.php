<?php

namespace MailConnector;

/** The parameters of one call. All are texts; lists travel as JSON text. */
final class Parameters
{
    /** Characters that a parameter may have; stock parameters of mailconnectorcall have no limit of ours. */
    private const LONGEST = [
        'username' => 255, 'password' => 1024, 'code' => 128, 'code_verifier' => 128, 'redirect_uri' => 1024,
        'pane' => 40, 'addresses' => 65536, 'references' => 65536, 'operation' => 40, 'stay' => 1, 'device' => 1024,
        'sources' => 2048, 'targets' => 2048,
    ];

    private const MOST_IDS = 50;

    private array $given;

    public function __construct(array $given)
    {
        $this->given = $given;
    }

    /** A text, empty when it is missing. Throws request_invalid. */
    public function text(string $name): string
    {
        $value = $this->given[$name] ?? null;
        if ($value === null) {
            return '';
        }
        if (!is_string($value) || self::length($value) > self::LONGEST[$name]) {
            throw self::refusal($name);
        }
        return $value;
    }

    /** A list of texts, empty when it is missing. Throws request_invalid. */
    public function texts(string $name): array
    {
        $text = $this->text($name);
        if ($text === '') {
            return [];
        }
        $list = json_decode($text, true, 4);
        // A JSON object is no list, though PHP would take it for one.
        if (!is_array($list) || ltrim($text)[0] !== '[' || $list !== array_filter($list, 'is_string')) {
            throw self::refusal($name);
        }
        return array_values($list);
    }

    /** A list of record ids, each once; there has to be one. Throws request_invalid. */
    public function ids(string $name): array
    {
        $ids = $this->texts($name);
        if ($ids === [] || count($ids) > self::MOST_IDS || $ids !== preg_grep('/^\d{1,9}x\d{1,15}$/D', $ids)) {
            throw self::refusal($name);
        }
        return array_values(array_unique($ids));
    }

    /** The values of a record, a JSON object of any length; there has to be one. Throws request_invalid. */
    public function record(string $name): array
    {
        $text = $this->given[$name] ?? null;
        $values = is_string($text) ? json_decode($text, true) : null;
        // A JSON list is no object, though PHP would take it for one.
        if (!is_array($values) || ltrim($text)[0] !== '{') {
            throw self::refusal($name);
        }
        return $values;
    }

    /** Everything that was given. */
    public function all(): array
    {
        return $this->given;
    }

    public static function refusal(string $name): Refusal
    {
        return new Refusal('request_invalid', "The parameter $name is missing or not acceptable.", ['parameter' => $name]);
    }

    /** Length in characters, where the text is UTF-8; else in bytes. */
    private static function length(string $text): int
    {
        $length = preg_match_all('/./su', $text);
        return $length === false ? strlen($text) : $length;
    }
}
