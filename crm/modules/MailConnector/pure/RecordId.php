<?php

namespace MailConnector;

/** A web service id, `{module id}x{record number}`. */
final class RecordId
{
    public int $module;
    public int $number;
    public string $text;

    private function __construct(string $text)
    {
        [$module, $number] = explode('x', $text);
        $this->module = (int) $module;
        $this->number = (int) $number;
        $this->text = $text;
    }

    /** The id that a text is; null for any other text. Digits with leading zeros name nothing. */
    public static function of(string $text): ?self
    {
        return preg_match('/^[1-9]\d{0,8}x[1-9]\d{0,14}$/D', $text) === 1 ? new self($text) : null;
    }
}
