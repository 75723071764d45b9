<?php

namespace MailConnector;

/** The linked mails of one user, as the contract tells them. */
final class OwnMails
{
    private const MOST = 20;
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

    /** mailconnectormail: the own copies of a mail, by its Message-ID or by their id. */
    public function read(Parameters $given): array
    {
        if ($given->text('message') !== '') {
            $numbers = [$this->named($given)];
        } else {
            $messageId = MailParameter::line($given->text('message_id'));
            if ($messageId === '') {
                throw Parameters::refusal('message_id');
            }
            $numbers = array_keys($this->crm->copies($messageId));
        }
        return ['copies' => array_map([$this, 'told'], array_slice($numbers, 0, self::MOST))];
    }

    /** The number of the own mail that the parameter `message` names. Throws request_invalid, record_refused. */
    public function named(Parameters $given): int
    {
        $id = $given->id('message');
        if ($this->crm->id('Messages', $id->number) !== $id->text || $this->crm->held($id->number) === null) {
            throw Targets::refusal($id->text);
        }
        return $id->number;
    }

    /** A mail as the CRM holds it now. */
    public function told(int $number): array
    {
        $mail = $this->crm->held($number);
        if ($mail === null) {
            throw new \LogicException("The mail $number is not there.");
        }
        $texts = ['message_id', 'subject', 'from', 'to', 'cc', 'bcc', 'reply_to'];
        return ['id' => $this->crm->id('Messages', $number)] + array_intersect_key($mail, array_flip($texts)) + [
            'date' => $this->time($mail['date']),
            'created' => $this->time($mail['created']),
            'text' => VisibleText::told($mail['html']),
            'documents' => array_map([$this, 'documentTold'], $this->documents($number)),
            'records' => $this->recordIds($number),
        ];
    }

    /** The Documents of a mail, each with its place among the mail's files (0 where nobody knows) and whether it is ours. */
    public function documents(int $mail): array
    {
        $documents = $this->crm->documents($mail);
        $places = [];
        foreach ($this->store->links(array_column($documents, 'number')) as $link) {
            if ($link['record'] === 0) {
                $places[$link['source']] = $link['place'];
            }
        }
        return array_map(
            static fn (array $one): array => $one + ['place' => $places[$one['number']] ?? 0],
            $documents
        );
    }

    public function documentTold(array $document): array
    {
        return [
            'id' => $this->crm->id('Documents', $document['number']), 'title' => $document['title'], 'size' => $document['size'],
            'place' => $document['place'], 'name' => $document['name'],
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
