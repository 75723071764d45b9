<?php

namespace MailConnector;

/** mailconnectorlink, mailconnectorfile, mailconnectorrelate and mailconnectorfill: what stores and changes an own mail. */
final class Linking
{
    private const LONGEST_ADDRESS = 255;
    private const TITLE = 50;

    private OwnMails $mails;
    private Mails $crm;
    private Store $store;
    private Installation $site;
    /** @var callable returns Unix seconds */
    private $clock;
    private float $seconds;
    private array $dropped = [];

    public function __construct(OwnMails $mails, Store $store, Installation $site, callable $clock, float $seconds = Relating::SECONDS)
    {
        $this->mails = $mails;
        $this->crm = $mails->crm;
        $this->store = $store;
        $this->site = $site;
        $this->clock = $clock;
        $this->seconds = $seconds;
    }

    /** @param array $parts the request's files as PHP took them */
    public function link(Parameters $given, array $parts): array
    {
        $mail = new MailParameter($given->object('mail'));
        $uploads = new Uploads($given->texts('names', Uploads::MOST), $parts);
        $ids = $given->recordIds('targets');
        $this->checkMay();
        $targets = new Targets($this->crm, $ids);
        $targets->checkAny();
        return $this->crm->oneAtATime($mail->messageId, fn (): array => $this->store($mail, $uploads, $targets));
    }

    private function store(MailParameter $mail, Uploads $uploads, Targets $targets): array
    {
        $number = $this->standing($mail);
        $stored = $number === 0;
        if ($stored) {
            $number = $this->crm->store($mail->fields($this->site->timeZone()));
            $this->note($number);
        }
        $relating = $this->relating();
        $documents = array_merge($this->cameBefore($number, $uploads), $this->filed($number, $uploads));
        $relating->make($number, $documents, $targets);
        $copies = array_map(fn (int $one): string => $this->crm->id('Messages', $one), array_keys($this->crm->copies($mail->messageId)));
        return ['message' => $this->mails->told($number), 'stored' => $stored, 'copies' => $copies, 'dropped' => $this->dropped] + $relating->told();
    }

    public function file(Parameters $given, array $parts): array
    {
        $place = $given->number('place', Uploads::MOST);
        $name = $given->text('name');
        $address = $given->text('url');
        if ($name === '' || ($address !== '' && !self::isAddress($address))) {
            throw Parameters::refusal($name === '' ? 'name' : 'url');
        }
        $ids = $given->text('targets') === '' ? [] : $given->recordIds('targets');
        $number = $this->mails->named($given);
        $this->checkMay();
        $targets = new Targets($this->crm, $ids);
        $targets->checkAny();
        return $this->crm->oneAtATime("file $number", function () use ($number, $place, $name, $address, $parts, $targets): array {
            $relating = $this->relating();
            $before = count($this->crm->documents($number));
            $document = $address === ''
                ? $this->filed($number, Uploads::single($place, $name, $parts))
                : $this->addressed($number, $place, $name, $address);
            $told = null;
            foreach ($this->mails->documents($number) as $one) {
                if (in_array($one['number'], $document, true)) {
                    $told = $this->mails->documentTold($one);
                    $relating->refuseAll($told['id'], $targets);
                    $relating->document($one['number'], $targets->accepted);
                }
            }
            $stored = count($this->crm->documents($number)) > $before;
            return ['document' => $told, 'stored' => $stored, 'dropped' => $this->dropped] + $relating->told();
        });
    }

    public function relate(Parameters $given): array
    {
        $ids = $given->recordIds('targets');
        $number = $this->mails->named($given);
        $this->checkMay();
        $relating = $this->relating();
        $documents = array_column($this->crm->documents($number), 'number');
        if ($documents !== []) {
            // A mail that was stored without the component may not list them.
            $this->crm->relate($number, 'Documents', $documents);
        }
        $relating->make($number, $documents, new Targets($this->crm, $ids));
        return $relating->told();
    }

    public function fill(Parameters $given): array
    {
        $html = Markup::plain($given->html('html'));
        $date = MailParameter::moment($given->text('date'), 'date');
        $number = $this->mails->named($given);
        $this->checkMay();
        $stored = $this->crm->held($number);
        $fillsText = VisibleText::of($html) !== '' && VisibleText::of($stored['html'] ?? '') === '';
        // A date is only changed where a link of this user set it, or where the record says that it is not certain.
        $unsure = MailParameter::isUnsure($stored['mark'] ?? '');
        $fillsDate = $date !== null && ($unsure || isset($this->ours($number)[0]));
        if ($fillsText || $fillsDate) {
            $zone = new \DateTimeZone($this->site->timeZone());
            $time = $fillsDate ? $date->setTimezone($zone)->format('Y-m-d H:i:s') : null;
            $this->crm->fill($number, $fillsText ? $html : null, $time, $fillsDate ? MailParameter::mark($date) : '');
        }
        $filled = array_keys(array_filter(['text' => $fillsText, 'date' => $fillsDate]));
        return ['message' => $this->mails->told($number), 'filled' => $filled];
    }

    /** The own copy of a mail that stands already, so that a link may be repeated; 0 where there is none. */
    private function standing(MailParameter $mail): int
    {
        foreach ($this->crm->copies($mail->messageId) as $number => $hash) {
            if ($mail->is($hash)) {
                return $number;
            }
        }
        return 0;
    }

    /** Store those files that the mail does not have yet; returns the Documents of all of them. */
    private function filed(int $mail, Uploads $uploads): array
    {
        $this->dropped = $uploads->dropped;
        $known = $uploads->files === [] ? [] : $this->mails->documents($mail);
        $may = $uploads->files === [] || $this->crm->may('Documents');
        $numbers = [];
        foreach ($uploads->files as $file) {
            $found = self::among($known, $file);
            if ($found !== null) {
                $numbers[] = $known[$found]['number'];
                unset($known[$found]);
                continue;
            }
            $document = $may ? $this->crm->attach($mail, $file) : 0;
            if ($document === 0) {
                $this->dropped[] = ['place' => $file['place'], 'code' => $may ? 'file_refused' : 'permission_denied'];
                continue;
            }
            $this->note($document, $file['place']);
            $numbers[] = $document;
        }
        return $numbers;
    }

    /** The Documents of those files that an earlier call stored, and this one names alone: they do not lack. */
    private function cameBefore(int $mail, Uploads $uploads): array
    {
        $standing = $uploads->dropped === [] ? [] : array_column($this->mails->documents($mail), 'number', 'place');
        $came = array_filter($uploads->dropped, static fn (array $one): bool => $one['code'] === 'file_missing' && isset($standing[$one['place']]));
        $uploads->dropped = array_values(array_diff_key($uploads->dropped, $came));
        return array_values(array_intersect_key($standing, array_column($came, 'place', 'place')));
    }

    private function addressed(int $mail, int $place, string $name, string $address): array
    {
        if (strlen($address) > self::LONGEST_ADDRESS || !$this->crm->may('Documents')) {
            $code = strlen($address) > self::LONGEST_ADDRESS ? 'address_too_long' : 'permission_denied';
            $this->dropped[] = ['place' => $place, 'code' => $code];
            return [];
        }
        foreach ($this->mails->documents($mail) as $one) {
            if ($one['place'] === $place && $one['name'] === $address) {
                return [$one['number']];
            }
        }
        $document = $this->crm->attachAddress($mail, Uploads::name($name), $address);
        $this->note($document, $place);
        return [$document];
    }

    /** Which Document is the file: by place and size; by size and title where nobody noted its place. */
    private static function among(array $documents, array $file): ?int
    {
        foreach ($documents as $index => $one) {
            if ($one['place'] === $file['place'] && $one['size'] === $file['size']) {
                return $index;
            }
        }
        preg_match('/^.{0,' . self::TITLE . '}/su', $file['name'], $title);
        foreach ($documents as $index => $one) {
            if ($one['place'] === 0 && $one['size'] === $file['size'] && rtrim($one['title']) === rtrim($title[0] ?? '')) {
                return $index;
            }
        }
        return null;
    }

    private static function isAddress(string $address): bool
    {
        return preg_match('~^https://[^\s\x00-\x20\x7f"<>\\\\@]{3,3900}$~Du', $address) === 1;
    }

    private function checkMay(): void
    {
        if (!$this->crm->may('Messages')) {
            throw Targets::denied('Messages');
        }
    }

    private function relating(): Relating
    {
        return new Relating($this->mails, $this->store, ($this->clock)(), $this->seconds);
    }

    private function note(int $number, int $place = 0): void
    {
        $this->store->noteLink($number, 0, $this->mails->user, ($this->clock)(), $place);
    }

    /** What this user's links noted of a source: place by record. */
    private function ours(int $source): array
    {
        $mine = array_filter($this->store->links([$source]), fn (array $link): bool => $link['user'] === $this->mails->user);
        return array_column($mine, 'place', 'record');
    }
}
