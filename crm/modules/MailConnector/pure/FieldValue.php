<?php

namespace MailConnector;

/** What may stand in a field of a new record, by its kind. Each value is a text, and of one form only, whatever the user's language. */
final class FieldValue
{
    public const KINDS = ['text', 'mail', 'phone', 'url', 'long', 'choice', 'several', 'record', 'date', 'moment', 'time', 'number', 'tick'];
    public const TEXTS = ['text', 'mail', 'phone', 'url', 'long'];
    /** Values of a list that a form has; of a longer one nobody could choose, and a part of it would hide the rest. */
    public const MOST_VALUES = 500;
    /** What a mail address looks like, one alone. */
    public const MAIL = '/^[^\s@<>",;]+@[^\s@<>",;]+$/D';
    private const DATE = '/^([1-9]\d{3})-(\d\d)-(\d\d)$/D';
    private const TIME = '/^(?:[01]\d|2[0-3]):[0-5]\d$/D';
    private const NUMBER = '/^(-?)(\d{1,20})(?:\.(\d{1,10}))?$/D';
    /** Between the values of a list of which several are chosen, as the CRM keeps them. */
    private const AND = ' |##| ';

    /**
     * The value that the CRM stores of what was given for a field that `Forms::enterable` has told: empty where nothing is given, null
     * where it does not fit. A field that has to be filled in takes nothing empty, and a tick that has to be set no unset one. A
     * record's id is not looked at.
     *
     * @param mixed $given
     */
    public static function stored(array $field, $given): ?string
    {
        if (!is_string($given)) {
            return null;
        }
        $lines = in_array($field['kind'], ['long', 'several'], true);
        $text = $lines ? trim(str_replace("\0", '', $given)) : MailParameter::line($given);
        if ($text === '') {
            return $field['required'] ? null : '';
        }
        return Parameters::length($text) <= $field['longest'] ? self::fitting($field, $text) : null;
    }

    private static function fitting(array $field, string $text): ?string
    {
        switch ($field['kind']) {
            case 'mail':
                return preg_match(self::MAIL, $text) === 1 ? $text : null;
            case 'choice':
                return in_array($text, array_column($field['values'], 'value'), true) ? $text : null;
            case 'several':
                $chosen = array_unique(explode("\n", str_replace("\r\n", "\n", $text)));
                return array_diff($chosen, array_column($field['values'], 'value')) === [] ? implode(self::AND, $chosen) : null;
            case 'date':
                return self::isDay($text) && self::isBetween($text, $field) ? $text : null;
            case 'moment':
                return self::moment($text, $field['zone']);
            case 'time':
                return preg_match(self::TIME, $text) === 1 ? $text : null;
            case 'number':
                return self::number($field, $text);
            case 'tick':
                return $text === '1' ? $text : null;
            default:
                return $text;
        }
    }

    private static function isDay(string $text): bool
    {
        return preg_match(self::DATE, $text, $part) === 1 && checkdate((int) $part[2], (int) $part[3], (int) $part[1]);
    }

    /** Whether a day lies between the first and the last, where there are such. */
    private static function isBetween(string $day, array $field): bool
    {
        return ($field['least'] === '' || $day >= $field['least']) && ($field['most'] === '' || $day <= $field['most']);
    }

    /** A time on a day in a time zone; there is none in the hour that is left out where the clocks are put forward. */
    private static function moment(string $text, string $zone): ?string
    {
        [$day, $time] = explode('T', $text, 2) + ['', ''];
        if (!self::isDay($day) || preg_match(self::TIME, $time) !== 1) {
            return null;
        }
        try {
            $there = (new \DateTime("$day $time", new \DateTimeZone($zone)))->format('Y-m-d H:i');
        } catch (\Exception $unknown) {
            return null;
        }
        return $there === "$day $time" ? "$day $time:00" : null;
    }

    /** A number with a point and nothing between its digits, within the limits, and with no more decimals than are kept. */
    private static function number(array $field, string $text): ?string
    {
        if (preg_match(self::NUMBER, $text, $part) !== 1 || strlen($part[3] ?? '') > $field['decimals']) {
            return null;
        }
        $whole = ltrim($part[2], '0') ?: '0';
        $value = $part[1] . $whole . (($part[3] ?? '') === '' ? '' : ".$part[3]");
        $fits = ($field['least'] === '' || (float) $value >= (float) $field['least']) && ($field['most'] === '' || (float) $value <= (float) $field['most']);
        return $fits ? $value : null;
    }
}
