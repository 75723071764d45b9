<?php

namespace MailConnector;

/** The linked mails of one user, as the contract tells them. */
final class OwnMails
{
    /** Mails that are told in all, and so many of them whole: their texts may be long. */
    private const MOST = 100;
    private const WHOLE = 8;
    private const IDS = 8;
    private const LONGEST_ID = 255;
    private const NO_TIME = '0000-00-00 00:00:00';

    public Mails $crm;
    public int $user;

    private Store $store;
    private Installation $site;

    public function __construct(Mails $crm, Store $store, Installation $site, int $user)
    {
        $this->crm = $crm;
        $this->store = $store;
        $this->site = $site;
        $this->user = $user;
        $crm->enter($user);
    }

    /** mailconnectormail: an own mail by its id, or those that may be a mail by their Message-IDs. */
    public function read(Parameters $given): array
    {
        if ($given->text('message') !== '') {
            return ['copies' => [$this->told($this->named($given), $given->text('digests') !== '')]];
        }
        $found = $this->sought($this->soughtIds($given), MailParameter::moment($given->text('date'), 'date'));
        if (count($found) <= self::WHOLE) {
            return ['copies' => array_map([$this, 'told'], array_keys($found))];
        }
        return ['copies' => array_values(array_map([$this, 'brieflyTold'], array_slice($found, 0, self::MOST, true)))];
    }

    /** @return SoughtId[] */
    private function soughtIds(Parameters $given): array
    {
        $ids = array_map([MailParameter::class, 'line'], $given->texts('message_ids', self::IDS));
        $fitting = array_filter($ids, static fn (string $id): bool => $id !== '' && Parameters::length($id) <= self::LONGEST_ID);
        if ($ids === [] || $fitting !== $ids) {
            throw Parameters::refusal('message_ids');
        }
        return array_map(static fn (string $id): SoughtId => new SoughtId($id), array_values(array_unique($ids)));
    }

    /** What the CRM holds by these ids, by number, oldest first; with a date only what it holds with that second. */
    private function sought(array $ids, ?\DateTimeImmutable $date): array
    {
        $zone = new \DateTimeZone($this->site->timeZone());
        $found = [];
        foreach ($ids as $id) {
            foreach ($this->crm->candidates($id, $date === null ? '' : $date->setTimezone($zone)->format('Y-m-d H:i:s')) as $one) {
                if ($id->fits($one['message_id'])) {
                    $found[$one['number']] = $one;
                }
            }
        }
        ksort($found);
        return $found;
    }

    private function brieflyTold(array $mail): array
    {
        return [
            'id' => $this->crm->id('Messages', $mail['number']), 'message_id' => $mail['message_id'], 'subject' => $mail['subject'],
            'date' => $this->time($mail['date']), 'created' => $this->time($mail['created']),
        ];
    }

    /** The number of the own mail that the parameter `message` names. Throws request_invalid, record_refused. */
    public function named(Parameters $given): int
    {
        $id = $given->id('message');
        if ($this->crm->id('Messages', $id->number) !== $id->text || $this->crm->held($id->number) === null) {
            throw Targets::refusal($id->text, $this->crm->module($id->number) === '');
        }
        return $id->number;
    }

    /** A mail as the CRM holds it now; with $digests its files are read for it. */
    public function told(int $number, bool $digests = false): array
    {
        $mail = $this->crm->held($number);
        if ($mail === null) {
            throw new \LogicException("The mail $number is not there.");
        }
        $texts = ['message_id', 'subject', 'mark', 'from', 'from_names', 'to', 'to_names', 'cc', 'cc_names', 'bcc', 'bcc_names', 'reply_to'];
        return ['id' => $this->crm->id('Messages', $number)] + array_map([VisibleText::class, 'sound'], array_intersect_key($mail, array_flip($texts))) + [
            'date' => $this->time($mail['date']),
            'created' => $this->time($mail['created']),
            'html' => DataAddresses::leftOut(VisibleText::sound($mail['html'])),
            'html_bytes' => strlen($mail['html']),
            'documents' => array_map(
                fn (array $one): array => $this->documentTold($one) + ($digests ? ['digest' => $this->crm->digest($one['number'])] : []),
                $this->documents($number)
            ),
            'records' => $this->recordIds($number),
        ];
    }

    /**
     * The Documents of a mail that the user is shown, each with its place among the mail's files (0 where nobody knows). Somebody
     * else may have hung on it what this user may not see.
     */
    public function documents(int $mail): array
    {
        $documents = $this->crm->documents($mail);
        $places = $ours = [];
        foreach ($this->store->links(array_column($documents, 'number')) as $link) {
            if ($link['record'] === 0) {
                $places[$link['source']] = $link['place'];
                $ours[$link['source']] = $link['user'] === $this->user;
            }
        }
        $shown = array_filter($documents, fn (array $one): bool => ($ours[$one['number']] ?? false) || $this->crm->maySee('Documents', $one['number']));
        return array_map(
            static fn (array $one): array => $one + ['place' => $places[$one['number']] ?? 0],
            array_values($shown)
        );
    }

    public function documentTold(array $document): array
    {
        return [
            'id' => $this->crm->id('Documents', $document['number']), 'title' => $document['title'], 'size' => $document['size'],
            'place' => $document['place'], 'name' => $document['name'], 'link' => $document['link'],
        ];
    }

    /** The records of a mail that the user is shown. */
    private function recordIds(int $mail): array
    {
        $ids = [];
        foreach ($this->crm->records($mail) as $number => $module) {
            if (!in_array($module, Targets::NEVER, true) && $this->crm->takesMails($module) && $this->crm->maySee($module, $number)) {
                $ids[] = $this->crm->id($module, $number);
            }
        }
        return $ids;
    }

    /** A time of the database, which is the server's own, with its offset; empty where there is none. */
    private function time(string $text): string
    {
        $zone = new \DateTimeZone($this->site->timeZone());
        $read = \DateTimeImmutable::createFromFormat('!Y-m-d H:i:s', substr($text, 0, 19), $zone);
        return $read === false || substr($text, 0, 19) === self::NO_TIME ? '' : $read->format('Y-m-d\TH:i:sP');
    }
}
