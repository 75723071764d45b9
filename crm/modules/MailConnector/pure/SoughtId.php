<?php

namespace MailConnector;

/**
 * A Message-ID by which a client looks for its stored mails: one as it is, or the beginning of one that the pane made.
 *
 * A mail that has the Message-ID of another is stored with that and a digest behind it (`<a@x><0123…@mail-connector.invalid>`): a
 * Message-ID finds both. For a mail without one the pane makes an id of what it knows (subject, text, sender, files, date), and looks for it
 * by what it knows now, with % for the rest. `equal` and `like` find the candidates by index; `fits` says which of them are meant.
 */
final class SoughtId
{
    private const HOST = 'mail-connector\.invalid';
    private const MORE = '(?:<[0-9a-f]{24}@' . self::HOST . '>)*';
    private const MADE = '<[0-9a-f]+(?:\.[0-9a-f]+){4}@' . self::HOST . '>';
    /** The subject's digest, which keeps the search short, and some of the other parts. */
    private const BEGINNING = '/^<[0-9a-f]{16}(?:\.(?:[0-9a-f]{1,64}|%)){0,4}(?:\.|@(?:' . self::HOST . ')?)$/D';

    /** @var string[] texts that a stored Message-ID may be equal to */
    public array $equal = [];
    /** @var string[] patterns for LIKE */
    public array $like = [];

    private string $exact;

    /** @param string $text on one line, not empty */
    public function __construct(string $text)
    {
        if (preg_match(self::BEGINNING, $text) === 1) {
            $this->like = ["$text%"];
            $known = implode('[0-9a-f.]+', array_map(static fn (string $part): string => preg_quote($part, '/'), explode('%', $text)));
            $this->exact = "/^(?=$known)" . self::MADE . self::MORE . '$/D';
            return;
        }
        // A database that keeps three bytes of a character holds four question marks for each that has more.
        $this->equal = array_values(array_unique([$text, (string) preg_replace('/[\x{10000}-\x{10FFFF}]/u', '????', $text)]));
        $this->like = array_map(static fn (string $one): string => addcslashes($one, '\\%_') . '<%', $this->equal);
        $either = implode('|', array_map(static fn (string $one): string => preg_quote($one, '/'), $this->equal));
        $this->exact = "/^(?:$either)" . self::MORE . '$/D';
    }

    /** Whether a stored Message-ID is meant: the database looks past letter case and accents. */
    public function fits(string $stored): bool
    {
        return preg_match($this->exact, $stored) === 1;
    }
}
