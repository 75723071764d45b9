<?php

namespace MailConnector;

/**
 * What a reader sees of a body: without tags, without what tags hide, references decoded, and without white space and
 * invisible characters. Whether there is any tells whether a stored mail has a text.
 */
final class VisibleText
{
    public static function of(string $html): string
    {
        $html = self::without('/<!--.*?(?:-->|$)/Dsu', self::sound($html));
        $html = self::without('/<(script|style|head|title|noscript)\b[^>]*+>.*?(?:<\/\1\b[^>]*+>|$)/Dsiu', $html);
        $html = self::without('/<\/?[a-z!?][^>]*+(?:>|$)/Dsiu', $html);
        $text = html_entity_decode($html, ENT_QUOTES | ENT_HTML5, 'UTF-8');
        return self::without('/[\s\p{Z}\p{Cc}\p{Cf}\x{FE00}-\x{FE0F}]+/u', $text);
    }

    /** UTF-8 whatever was stored. */
    public static function sound(string $html): string
    {
        return preg_match('//u', $html) === 1 ? $html : (string) htmlspecialchars_decode(htmlspecialchars($html, ENT_NOQUOTES | ENT_SUBSTITUTE, 'UTF-8'), ENT_NOQUOTES);
    }

    private static function without(string $pattern, string $text): string
    {
        $left = preg_replace($pattern, '', $text);
        // A body that is too large for the pattern is compared as far as it was read.
        return $left === null ? $text : $left;
    }
}
