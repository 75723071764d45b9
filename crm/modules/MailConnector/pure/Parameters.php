<?php

namespace MailConnector;

/** The parameters of one call. All are texts; lists travel as JSON text. */
final class Parameters
{
    /** Characters that a parameter may have. */
    private const LONGEST = [
        'username' => 255, 'password' => 1024, 'code' => 128, 'code_verifier' => 128, 'redirect_uri' => 1024,
        'pane' => 40, 'references' => 65536, 'recent' => 512, 'domains' => 4096, 'stay' => 1, 'device' => 1024,
        'targets' => 2048, 'message' => 25, 'message_id' => 255, 'message_ids' => 16384, 'names' => 262144, 'name' => 2000,
        'place' => 4, 'url' => 4000, 'date' => 40, 'what' => 2048, 'people' => 65536, 'subject' => 1000, 'first' => 1, 'digests' => 1, 'others' => 1, 'text' => 200,
        'module' => 64, 'page' => 2, 'id' => 25, 'record' => 25, 'address' => 255, 'target' => 25, 'note' => 500,
    ];

    private const MOST_IDS = 50;

    private array $given;

    public function __construct(array $given)
    {
        $this->given = $given;
    }

    /** Whether there are none at all. */
    public function none(): bool
    {
        return array_filter($this->given, static fn ($value): bool => $value !== null && $value !== '') === [];
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
    public function texts(string $name, int $most = PHP_INT_MAX): array
    {
        $text = $this->text($name);
        if ($text === '') {
            return [];
        }
        $list = json_decode($text, true, 4);
        // A JSON object is no list, though PHP would take it for one.
        $isList = is_array($list) && ltrim($text)[0] === '[' && $list === array_filter($list, 'is_string');
        if (!$isList || count($list) > $most) {
            throw self::refusal($name);
        }
        return array_values($list);
    }

    /** One record id. Throws request_invalid. */
    public function id(string $name): RecordId
    {
        $id = RecordId::of($this->text($name));
        if ($id === null) {
            throw self::refusal($name);
        }
        return $id;
    }

    /** A list of 1 to 50 record ids, each once. Throws request_invalid. @return RecordId[] */
    public function recordIds(string $name): array
    {
        return $this->within($name, $this->texts($name));
    }

    /** A list of 1 to 50 record ids that is part of a parameter. Throws request_invalid. @param mixed $texts @return RecordId[] */
    public function within(string $name, $texts): array
    {
        $ids = [];
        foreach (is_array($texts) ? array_values($texts) : [] as $text) {
            $id = is_string($text) ? RecordId::of($text) : null;
            if ($id === null) {
                throw self::refusal($name);
            }
            $ids[$id->text] = $id;
        }
        if ($ids === [] || count($ids) > self::MOST_IDS) {
            throw self::refusal($name);
        }
        return array_values($ids);
    }

    /** A number from 1 on. Throws request_invalid. */
    public function number(string $name, int $most): int
    {
        $text = $this->text($name);
        if (preg_match('/^[1-9]\d{0,8}$/D', $text) !== 1 || (int) $text > $most) {
            throw self::refusal($name);
        }
        return (int) $text;
    }

    /** A text of any length, empty when it is missing: only the request itself is limited. Throws request_invalid. */
    public function html(string $name): string
    {
        $value = $this->given[$name] ?? '';
        if (!is_string($value)) {
            throw self::refusal($name);
        }
        return $value;
    }

    /** A JSON object of any length; there has to be one. Throws request_invalid. */
    public function object(string $name): array
    {
        $text = $this->given[$name] ?? null;
        $value = is_string($text) ? json_decode($text, true, 8) : null;
        // A JSON list is no object, though PHP would take it for one.
        if (!is_array($value) || ltrim($text)[0] !== '{') {
            throw self::refusal($name);
        }
        return $value;
    }

    /** A JSON list, empty when it is missing. Throws request_invalid. */
    public function list(string $name): array
    {
        $text = $this->text($name);
        $list = $text === '' ? [] : json_decode($text, true, 4);
        if (!is_array($list) || ($text !== '' && ltrim($text)[0] !== '[')) {
            throw self::refusal($name);
        }
        return $list;
    }

    public static function refusal(string $name): Refusal
    {
        return new Refusal('request_invalid', "The parameter $name is missing or not acceptable.", ['parameter' => $name]);
    }

    /** Length in characters, where the text is UTF-8; else in bytes. */
    public static function length(string $text): int
    {
        if (preg_match('//u', $text) !== 1) {
            return strlen($text);
        }
        // Bytes that begin a character: all but the following ones.
        $bytes = count_chars($text, 1);
        return array_sum(array_filter($bytes, static fn (int $byte): bool => $byte < 0x80 || $byte > 0xBF, ARRAY_FILTER_USE_KEY));
    }
}
