<?php

namespace MailConnector;

/**
 * Large pictures within a body, kept out of the CRM's cleaning and put back into what it made.
 *
 * The cleaning loses all that follows a tag of more than a million characters (`pcre.backtrack_limit`), and takes minutes for a
 * long text with large pictures. It leaves pictures of these kinds as they are; they consist of letters, digits, + and / only.
 */
final class Pictures
{
    private const LARGE = '~(data:image/(?:png|jpe?g|gif|webp|bmp);base64,)([A-Za-z0-9+/]{2000,}+={0,2})~i';

    /** The body with a short picture in the place of each large one. */
    public string $html;
    /** @var string[] large pictures by the short one's content */
    private array $kept = [];

    public function __construct(string $html)
    {
        $replaced = preg_replace_callback(self::LARGE, function (array $part): string {
            $mark = 'TUND' . bin2hex(random_bytes(16));
            $this->kept[$mark] = $part[2];
            return $part[1] . $mark;
        }, $html);
        if ($replaced === null) {
            $this->kept = [];
        }
        $this->html = $replaced === null ? $html : $replaced;
    }

    public function any(): bool
    {
        return $this->kept !== [];
    }

    /** A body that was made of `html`, with the pictures in their places. */
    public function back(string $html): string
    {
        return strtr($html, $this->kept);
    }
}
