<?php

namespace MailConnector;

/**
 * The parameter `mail`: a mail by named fields, and nothing else.
 *
 * What of it goes into which field of the CRM is decided here; no name of a field comes from the client.
 */
final class MailParameter
{
    /** Characters that a text may have. */
    private const TEXTS = ['message_id' => 255, 'subject' => 1000, 'date' => 40, 'in_reply_to' => 1000, 'references' => 65536, 'html' => 0];
    private const PEOPLE = ['from' => 10, 'to' => 20000, 'cc' => 20000, 'bcc' => 20000, 'reply_to' => 100];
    private const COLUMNS = ['from' => 'mfrom', 'to' => 'mto', 'cc' => 'mcc', 'bcc' => 'mbcc', 'reply_to' => 'mreplyto'];
    private const PERSON = 2000;
    private const PROGRAM = 'Mail Connector';
    private const SPECIALS = '()<>[]:;@\\,."';

    public string $messageId;
    public string $subject;

    private array $texts;
    private array $people;
    private ?\DateTimeImmutable $date;
    /** @var bool the date is no more than that of the mail's arrival in this mailbox */
    private bool $arrived;

    /** @param mixed $given the decoded parameter; throws request_invalid */
    public function __construct($given)
    {
        if (!is_array($given) || array_diff_key($given, self::TEXTS, self::PEOPLE, ['arrived' => 0]) !== []) {
            throw Parameters::refusal('mail');
        }
        $this->texts = [];
        foreach (self::TEXTS as $name => $longest) {
            $this->texts[$name] = self::text(array_key_exists($name, $given) ? $given[$name] : '', $longest);
        }
        $this->people = [];
        foreach (self::PEOPLE as $name => $most) {
            $this->people[$name] = self::persons(array_key_exists($name, $given) ? $given[$name] : [], $most);
        }
        $this->messageId = self::line($this->texts['message_id']);
        $this->subject = self::line($this->texts['subject']);
        $this->date = self::moment($this->texts['date']);
        $arrived = array_key_exists('arrived', $given) ? $given['arrived'] : false;
        if ($this->messageId === '' || !is_bool($arrived)) {
            throw Parameters::refusal('mail');
        }
        $this->arrived = $arrived;
    }

    /** The values of the CRM's record, by the CRM's names; the date in the server's own time zone. */
    public function fields(string $zone): array
    {
        $fields = [
            'subject' => $this->subject,
            'messageid' => $this->messageId,
            'mtype' => 'Link',
            'mdate' => $this->date === null ? '' : $this->date->setTimezone(new \DateTimeZone($zone))->format('Y-m-d H:i:s'),
            'xmailer' => $this->arrived ? self::mark(null, $this->date) : self::mark($this->date),
            'in_reply_to' => self::line($this->texts['in_reply_to']),
            'mreferences' => self::line($this->texts['references']),
            'description' => Markup::plain($this->texts['html']),
        ];
        foreach (self::COLUMNS as $name => $column) {
            $fields += $this->columns($column, $this->people[$name]);
        }
        return $fields;
    }

    /** Whether a stored mail is this one: the CRM knows a mail by its Message-ID and subject, entities decoded. */
    public function is(string $hash): bool
    {
        $decoded = html_entity_decode($this->subject, ENT_COMPAT, 'UTF-8');
        return hash_equals(sha1($this->messageId . $decoded), $hash) || hash_equals(sha1($this->messageId . $this->subject), $hash);
    }

    /** What the record says of its date, so that a mail can be known by it: the second in UTC, or that of its arrival. */
    public static function mark(?\DateTimeImmutable $date, ?\DateTimeImmutable $came = null): string
    {
        if ($date !== null) {
            return self::PROGRAM . '; sent ' . self::second($date);
        }
        return self::PROGRAM . '; date unsure' . ($came === null ? '' : ', came ' . self::second($came));
    }

    /** Whether a record says that its date is no more than a time of arrival. */
    public static function isUnsure(string $mark): bool
    {
        return strpos(trim($mark), self::mark(null)) === 0;
    }

    private static function second(\DateTimeImmutable $date): string
    {
        return $date->setTimezone(new \DateTimeZone('UTC'))->format('Y-m-d H:i:s') . ' UTC';
    }

    /** Seconds of a time as ISO 8601 writes it, with its offset; null for an empty text. Throws request_invalid. */
    public static function moment(string $text, string $parameter = 'mail'): ?\DateTimeImmutable
    {
        if ($text === '') {
            return null;
        }
        if (!preg_match('/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/D', $text, $part)) {
            throw Parameters::refusal($parameter);
        }
        $read = \DateTimeImmutable::createFromFormat('!Y-m-d H:i:sP', "$part[1] $part[2]" . ($part[3] === 'Z' ? '+00:00' : $part[3]));
        if ($read === false || $read->format('Y-m-d H:i:s') !== "$part[1] $part[2]") {
            throw Parameters::refusal($parameter);
        }
        return $read;
    }

    /** A text on one line: no control characters, each run of white space one blank. */
    public static function line(string $text): string
    {
        $line = preg_replace('/[\s\x00-\x1f\x7f\x{85}\x{2028}\x{2029}]+/u', ' ', $text);
        return trim($line === null ? '' : $line);
    }

    /** @param mixed $value */
    private static function text($value, int $longest): string
    {
        if (!is_string($value) || ($longest > 0 && Parameters::length($value) > $longest)) {
            throw Parameters::refusal('mail');
        }
        return $value;
    }

    /** @param mixed $list */
    private static function persons($list, int $most): array
    {
        if (!is_array($list) || count($list) > $most || array_values($list) !== $list) {
            throw Parameters::refusal('mail');
        }
        $found = [];
        foreach ($list as $person) {
            if (!is_array($person) || array_diff_key($person, ['name' => 0, 'mail' => 0]) !== []) {
                throw Parameters::refusal('mail');
            }
            $name = self::line(self::text($person['name'] ?? '', self::PERSON));
            $mail = self::line(self::text($person['mail'] ?? '', self::PERSON));
            if ($name !== '' || $mail !== '') {
                $found[] = ['name' => $name, 'mail' => $mail];
            }
        }
        return $found;
    }

    private function columns(string $column, array $people): array
    {
        $mails = array_filter(array_column($people, 'mail'), 'strlen');
        $names = array_map(static fn (array $one): string => $one['name'] !== '' ? $one['name'] : $one['mail'], $people);
        return [
            $column => implode(', ', $mails),
            "{$column}_n" => implode(', ', $names),
            "{$column}_f" => implode(', ', array_map([self::class, 'full'], $people)),
        ];
    }

    /** Name and address as a mail's head writes them: `Ada <a@x>`, `"Hara, O." <b@y>`. */
    private static function full(array $person): string
    {
        ['name' => $name, 'mail' => $mail] = $person;
        if ($name === '') {
            return $mail;
        }
        if ($mail === '' || strpos($name, '=?') !== false || strpbrk($name, self::SPECIALS) !== false) {
            $name = '"' . str_replace(['\\', '"'], ['\\\\', '\\"'], $name) . '"';
        }
        return $mail === '' ? $name : "$name <$mail>";
    }
}
