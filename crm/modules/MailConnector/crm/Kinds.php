<?php

namespace MailConnector\Crm;

/** What kind of value a field of this vtenext takes, and within which limits: read from its row in the table of fields and its column. */
final class Kinds
{
    /** Fields that take any text, by uitype. */
    private const TEXTS = [
        1 => 'text', 2 => 'text', 55 => 'text', 255 => 'text', 1013 => 'text', 85 => 'text', 11 => 'phone', 1014 => 'phone', 13 => 'mail',
        17 => 'url', 207 => 'url', 209 => 'url', 19 => 'long', 20 => 'long', 21 => 'long', 24 => 'long',
    ];
    private const NUMBERS = [1, 2, 7, 9, 71, 72];
    private const PERCENT = 9;
    private const MONEY = [71, 72];
    public const DATES = [5, 6, 23];
    private const MOMENT = 70;
    private const TIMES = [1, 2, 73];
    private const TICK = 56;
    /** Lists: of the field's own values, several of them, or one value that is written in each language. */
    private const CHOICES = [15 => 'choice', 16 => 'choice', 111 => 'choice', 1015 => 'choice', 33 => 'several'];
    private const REFERENCE = 10;
    private const USERS = [50, 51, 52, 54, 77];
    /** Characters: of a column that has no length, of an id, of a list's value. */
    private const LONG = 30000;
    private const ID = 25;
    private const VALUE = 255;
    private const LARGEST = '2147483647';
    /** The one whole number that the CRM lets be negative. */
    private const NEGATIVE = 'noofemployees';
    /** Digits before and behind the point, where nothing limits them but what a number holds exactly. */
    private const DIGITS = 13;
    private const DECIMALS = 2;

    /** kind (empty: of none that a form could have), longest, decimals, least, most; $column is as the database describes it, or null. */
    public static function of(array $row, ?object $column): array
    {
        $type = (int) $row['uitype'];
        $data = explode('~', (string) $row['typeofdata']);
        $known = ['kind' => '', 'longest' => self::LONG, 'decimals' => 0, 'least' => '', 'most' => ''];
        if (isset(self::CHOICES[$type])) {
            return ['kind' => self::CHOICES[$type], 'longest' => self::CHOICES[$type] === 'several' ? self::LONG : self::VALUE] + $known;
        }
        if ($type === self::REFERENCE || in_array($type, self::USERS, true)) {
            return ['kind' => $type === self::REFERENCE ? 'record' : 'choice', 'longest' => self::ID] + $known;
        }
        if ($type === self::TICK) {
            return ['kind' => 'tick', 'longest' => 1] + $known;
        }
        if (in_array($type, self::DATES, true) && $data[0] === 'D') {
            return ['kind' => 'date', 'longest' => 10] + $known;
        }
        if ($type === self::MOMENT) {
            return ['kind' => 'moment', 'longest' => 16] + $known;
        }
        if (in_array($type, self::TIMES, true) && $data[0] === 'T') {
            return ['kind' => 'time', 'longest' => 5] + $known;
        }
        if (in_array($type, self::NUMBERS, true) && in_array($data[0], ['I', 'N', 'NN'], true)) {
            return ['kind' => 'number', 'longest' => 30] + self::number($row, $data, $column) + $known;
        }
        $length = (int) ($column->max_length ?? 0);
        $longest = ['longest' => $length > 0 ? min($length, self::LONG) : self::LONG];
        return ['kind' => in_array($data[0], ['V', 'E'], true) ? self::TEXTS[$type] ?? '' : ''] + $longest + $known;
    }

    public static function isText(string $kind): bool
    {
        return in_array($kind, self::TEXTS, true);
    }

    public static function isUser(array $row): bool
    {
        return in_array((int) $row['uitype'], self::USERS, true);
    }

    public static function isMoney(array $row): bool
    {
        return in_array((int) $row['uitype'], self::MONEY, true);
    }

    /** The limits that the CRM's page keeps to, and those of the column, which would round or cut without a word. */
    private static function number(array $row, array $data, ?object $column): array
    {
        if ($data[0] === 'I') {
            return ['least' => $row['fieldname'] === self::NEGATIVE ? '-2147483648' : '0', 'most' => self::LARGEST];
        }
        $type = strtolower((string) ($column->type ?? ''));
        $whole = strpos($type, 'int') !== false;
        $exact = $type === 'decimal' || $type === 'numeric';
        $scale = $whole ? 0 : ($exact ? max(0, (int) ($column->scale ?? 0)) : self::DECIMALS);
        $digits = $whole ? 9 : ($exact ? (int) $column->max_length - $scale : self::DIGITS);
        if ((int) $row['uitype'] === self::PERCENT) {
            return ['decimals' => $scale, 'least' => '0', 'most' => '100'];
        }
        if (preg_match('/^(\d+),(\d+)$/D', $data[2] ?? '', $form) === 1) {
            [$digits, $scale] = [min($digits, (int) $form[1]), min($scale, (int) $form[2])];
        }
        $most = str_repeat('9', max(1, min($digits, self::DIGITS))) . ($scale > 0 ? '.' . str_repeat('9', $scale) : '');
        return ['decimals' => $scale, 'least' => $data[0] === 'NN' ? "-$most" : '0', 'most' => $most];
    }
}
