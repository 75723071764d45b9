<?php

namespace MailConnector;

/** The files of a request as PHP took them, `file0`, `file1` …, with the names that the client told for them. */
final class Uploads
{
    public const MOST = 500;

    /** @var array[] files that can be stored: place (from 1), name, tmp_name, type, size */
    public array $files = [];
    /** @var array[] files that did not arrive: place, code */
    public array $dropped = [];

    /**
     * @param string[] $names of the files, in the order of their parts
     * @param array $parts what PHP tells of them, by the field's name
     */
    public function __construct(array $names, array $parts)
    {
        foreach ($names as $index => $name) {
            $this->add($index + 1, $name, $parts["file$index"] ?? null);
        }
    }

    /** A single file of a place, in the field `file`. */
    public static function single(int $place, string $name, array $parts): self
    {
        $uploads = new self([], []);
        $uploads->add($place, $name, $parts['file'] ?? null);
        return $uploads;
    }

    /**
     * A name that a file may have: one line, without what separates folders, never empty. Nothing hides how it ends: not the dots
     * that Windows drops, and not signs that turn the reading order.
     */
    public static function name(string $name): string
    {
        $plain = preg_replace('/[\x{202A}-\x{202E}\x{2066}-\x{2069}\x{FEFF}]+/u', '', $name);
        $line = MailParameter::line(str_replace(['/', '\\', "\0"], '_', (string) $plain));
        $cut = preg_match('/^.{1,200}/su', $line, $part) === 1 ? rtrim($part[0], '. ') : '';
        return $cut === '' ? 'file' : $cut;
    }

    /** @param mixed $part */
    private function add(int $place, string $name, $part): void
    {
        $code = self::trouble($part);
        if ($code !== '') {
            $this->dropped[] = ['place' => $place, 'code' => $code];
            return;
        }
        $type = preg_match('~^[\w.+-]{1,75}/[\w.+-]{1,75}$~D', (string) ($part['type'] ?? '')) === 1 ? $part['type'] : 'application/octet-stream';
        $this->files[] = [
            'place' => $place, 'name' => self::name($name), 'tmp_name' => $part['tmp_name'], 'type' => $type, 'size' => (int) $part['size'],
        ];
    }

    /** @param mixed $part */
    private static function trouble($part): string
    {
        // Parts beyond max_file_uploads are not there at all.
        if (!is_array($part) || !is_string($part['tmp_name'] ?? null) || !is_int($part['error'] ?? null)) {
            return 'file_missing';
        }
        if (in_array($part['error'], [UPLOAD_ERR_INI_SIZE, UPLOAD_ERR_FORM_SIZE], true)) {
            return 'file_too_large';
        }
        if ($part['error'] !== UPLOAD_ERR_OK) {
            return 'file_missing';
        }
        return (int) ($part['size'] ?? 0) > 0 ? '' : 'file_empty';
    }
}
