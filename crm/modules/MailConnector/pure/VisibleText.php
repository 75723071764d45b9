<?php

namespace MailConnector;

/**
 * What a reader sees of a body: without tags, without what tags hide, references decoded, and without white space and
 * invisible characters, which the CRM's cleaning moves about. So it can be compared with what was sent.
 */
final class VisibleText
{
    private const SHOWN = 200;

    /** The number of its characters, and its first and last 200. */
    public static function told(string $html): array
    {
        $text = self::of($html);
        return [
            'length' => Parameters::length($text),
            'start' => self::part('/^.{0,' . self::SHOWN . '}/su', $text),
            // Of the last bytes only: a pattern that is bound to the end is tried at every character.
            'end' => self::part('/.{0,' . self::SHOWN . '}$/Dsu', self::tail($text)),
        ];
    }

    public static function of(string $html): string
    {
        $html = self::without('/<!--.*?(?:-->|$)/Dsu', self::sound($html));
        $html = self::without('/<(script|style|head|title|noscript)\b[^>]*+>.*?(?:<\/\1\b[^>]*+>|$)/Dsiu', $html);
        $html = self::without('/<\/?[a-z!?][^>]*+(?:>|$)/Dsiu', $html);
        $text = html_entity_decode($html, ENT_QUOTES | ENT_HTML5, 'UTF-8');
        return self::without('/[\s\p{Z}\p{Cc}\p{Cf}\x{FE00}-\x{FE0F}]+/u', $text);
    }

    /** UTF-8 whatever was stored. */
    private static function sound(string $html): string
    {
        return preg_match('//u', $html) === 1 ? $html : (string) htmlspecialchars_decode(htmlspecialchars($html, ENT_NOQUOTES | ENT_SUBSTITUTE, 'UTF-8'), ENT_NOQUOTES);
    }

    private static function without(string $pattern, string $text): string
    {
        $left = preg_replace($pattern, '', $text);
        // A body that is too large for the pattern is compared as far as it was read.
        return $left === null ? $text : $left;
    }

    /** The end of a text, whole characters that hold what is shown. */
    private static function tail(string $text): string
    {
        return ltrim(substr($text, -4 * self::SHOWN), "\x80..\xBF");
    }

    private static function part(string $pattern, string $text): string
    {
        return preg_match($pattern, $text, $found) === 1 ? $found[0] : '';
    }
}
