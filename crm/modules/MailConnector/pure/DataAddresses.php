<?php

namespace MailConnector;

/** The `data:` addresses in the tags of a body: pictures that stand in the text itself, most of its length. */
final class DataAddresses
{
    private const BEGIN = 'data:';
    /** What ends an address, by the sign before it. */
    private const ENDS = ['"' => '"', "'" => "'", '(' => ')'];

    /** The body with `data:,` and the number of characters that stood behind the comma for each of them; every character outside of tags stays. Takes time in proportion to the length. */
    public static function leftOut(string $html): string
    {
        $lower = strtolower($html);
        $left = '';
        $from = 0;
        $next = 0;
        $inTag = false;
        $missing = [];
        while (($at = strpos($lower, self::BEGIN, $next)) !== false) {
            $before = substr($html, $from, $at - $from);
            $inTag = self::endsInTag($before, $inTag);
            $left .= $before;
            $from = $at;
            $next = $at + strlen(self::BEGIN);
            if (!$inTag || ctype_alnum(substr($before, -1))) {
                continue;
            }
            $end = self::ENDS[substr(rtrim($before), -1)] ?? '';
            // What was looked for in vain once is not there any more.
            $until = $end === '' || isset($missing[$end]) ? false : strpos($html, $end, $next);
            if ($until === false) {
                $missing += $end === '' ? [] : [$end => true];
                $until = $next + strcspn($html, "\"'<>() \t\r\n", $next);
            }
            $comma = strpos(substr($html, $next, 200), ',');
            $left .= self::BEGIN . ',' . ($comma === false ? 0 : max(0, $until - $next - $comma - 1));
            $from = $next = $until;
        }
        return $left . substr($html, $from);
    }

    private static function endsInTag(string $text, bool $begun): bool
    {
        $open = strrpos($text, '<');
        $close = strrpos($text, '>');
        if ($open === false) {
            return $begun && $close === false;
        }
        return ($close === false || $close < $open) && preg_match('~^<[a-z/!?]~i', substr($text, $open, 2)) === 1;
    }
}
