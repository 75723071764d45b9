<?php

namespace MailConnector;

/** A body before the CRM's filter of mail bodies gets it. */
final class Markup
{
    /**
     * Elements whose content a browser reads as text, or as another language than HTML. The filter does not know that: what it
     * takes for the value of an attribute would be markup in a browser.
     */
    private const FOREIGN = '~<([\s/]*)(?:noscript|noembed|noframes|plaintext|xmp|textarea|svg|math)(?![\w-])~i';

    /** The body with a `span` in the place of each of them; what it says stays. */
    public static function plain(string $html): string
    {
        return (string) preg_replace(self::FOREIGN, '<$1span', str_replace("\0", '', $html));
    }
}
