<?php

namespace MailConnector;

/** mailconnectortakeback: removes what a link of this user stored or related, and nothing else. Harmless to repeat. */
final class TakingBack
{
    private OwnMails $mails;
    private Mails $crm;
    private Store $store;
    private array $removed = [];
    private array $stays = [];

    public function __construct(OwnMails $mails, Store $store)
    {
        $this->mails = $mails;
        $this->crm = $mails->crm;
        $this->store = $store;
    }

    public function take(Parameters $given): array
    {
        $what = $given->object('what');
        $kind = (string) (array_keys($what)[0] ?? '');
        $id = $given->id('message');
        if (count($what) !== 1 || !in_array($kind, ['mail', 'documents', 'records', 'comments'], true) || ($kind === 'mail' && $what['mail'] !== true)) {
            throw Parameters::refusal('what');
        }
        $ids = $kind === 'mail' ? [] : $given->within('what', $what[$kind]);
        $isGone = in_array($kind, ['mail', 'documents'], true) && $this->crm->id('Messages', $id->number) === $id->text && $this->crm->module($id->number) === '';
        $mail = $isGone ? $id->number : $this->mails->named($given);
        if ($kind === 'mail') {
            $isGone ? $this->rest($mail, $id->text) : $this->whole($mail, $id->text);
        }
        foreach ($ids as $one) {
            if ($kind === 'documents') {
                $this->document($mail, $one->number, $one->text);
            } else {
                $kind === 'comments' ? $this->comment($mail, $one) : $this->record($mail, $one);
            }
        }
        return ['removed' => $this->removed, 'stays' => $this->stays];
    }

    /** A mail that is gone was taken back before, or was never there; where somebody else has deleted it, its Documents stand. */
    private function rest(int $mail, string $id): void
    {
        if (isset($this->ours($mail)[0])) {
            $this->mayRemoveComments($mail) && $this->allComments($mail);
            $this->allDocuments($mail);
        }
        $this->removed[] = $id;
    }

    private function whole(int $mail, string $id): void
    {
        $ours = $this->ours($mail);
        $alone = $this->crm->others($mail) === [];
        if (!isset($ours[0])) {
            $this->stay($id, 'not_ours');
            return;
        }
        $records = $this->crm->records($mail);
        if ($alone && array_diff_key($records, $ours) !== []) {
            $this->stay($id, 'related_elsewhere');
            return;
        }
        if (!$this->crm->mayRemove('Messages', $mail) || !$this->mayRemoveComments($mail)) {
            $this->stay($id, 'permission_denied');
            return;
        }
        $this->allComments($mail);
        $this->allDocuments($mail);
        // The relations hang on the mail, not on its copy: with other copies those stay that are not ours, or that their links want, too.
        foreach ($records as $number => $module) {
            if ($alone || (isset($ours[$number]) && !$this->isWantedElsewhere($mail, $number))) {
                $this->crm->unrelate($mail, $module, $number);
            } elseif (isset($ours[$number])) {
                $this->store->handOver($this->crm->others($mail), $number);
            }
        }
        $this->crm->remove($mail);
        $this->store->forgetLinks($mail);
        $this->removed[] = $id;
    }

    private function allDocuments(int $mail): void
    {
        foreach ($this->crm->documents($mail) as $document) {
            $this->document($mail, $document['number'], $this->crm->id('Documents', $document['number']));
        }
    }

    private function document(int $mail, int $number, string $id): void
    {
        $isOne = $this->crm->id('Documents', $number) === $id;
        if (!$isOne || !in_array($number, array_column($this->crm->documents($mail), 'number'), true)) {
            $isOne && $this->crm->module($number) === '' ? $this->removed[] = $id : $this->stay($id, 'record_refused');
            return;
        }
        $ours = $this->ours($number);
        if (!isset($ours[0])) {
            $this->stay($id, 'not_ours');
        } elseif (array_diff_key($this->crm->documentRecords($number), $ours) !== []) {
            $this->stay($id, 'related_elsewhere');
        } elseif (!$this->crm->mayRemove('Documents', $number)) {
            $this->stay($id, 'permission_denied');
        } else {
            $this->crm->removeDocument($mail, $number);
            $this->store->forgetLinks($number);
            $this->removed[] = $id;
        }
    }

    /** One relation of the mail, and those of its Documents to the same record. */
    private function record(int $mail, RecordId $id): void
    {
        $module = $this->crm->records($mail)[$id->number] ?? '';
        if ($module === '') {
            $this->removed[] = $id->text;
        } elseif ($this->crm->id($module, $id->number) !== $id->text) {
            $this->stay($id->text, 'record_refused');
        } elseif (!isset($this->ours($mail)[$id->number])) {
            $this->stay($id->text, 'not_ours');
        } elseif ($this->isWantedElsewhere($mail, $id->number)) {
            $this->stay($id->text, 'related_elsewhere');
        } elseif (!$this->mayRemoveComments($mail, $id->number)) {
            $this->stay($id->text, 'permission_denied');
        } else {
            foreach ($this->crm->documents($mail) as $document) {
                if (isset($this->ours($document['number'])[$id->number])) {
                    $this->crm->unrelateDocument($document['number'], $module, $id->number);
                    $this->store->forgetLinks($document['number'], $id->number);
                }
            }
            $this->allComments($mail, $id->number);
            $this->crm->unrelate($mail, $module, $id->number);
            $this->store->forgetLinks($mail, $id->number);
            $this->removed[] = $id->text;
        }
    }

    /** Whether the link of another copy has made or wanted this relation, too. */
    private function isWantedElsewhere(int $mail, int $record): bool
    {
        return $this->store->isWanted($this->crm->others($mail), $record);
    }

    /** The comments that links of this user wrote beside the mail; with a record those on it. */
    private function allComments(int $mail, int $record = 0): void
    {
        foreach ($this->written($mail, $record) as $number) {
            $this->crm->removeComment($number);
            $this->store->forgetLinks($mail, $number);
        }
    }

    private function mayRemoveComments(int $mail, int $record = 0): bool
    {
        $may = fn (int $number): bool => $this->crm->mayRemove(Commenting::MODULE, $number);
        $written = $this->written($mail, $record);
        return array_filter($written, $may) === $written;
    }

    private function written(int $mail, int $record): array
    {
        $written = Commenting::written($this->crm, $this->store, $mail, $this->mails->user);
        return array_column(array_filter($written, static fn (array $one): bool => $record === 0 || $one['record'] === $record), 'number');
    }

    private function comment(int $mail, RecordId $id): void
    {
        $is = $this->crm->id(Commenting::MODULE, $id->number) === $id->text;
        $module = $this->crm->module($id->number);
        if (!$is || ($module !== '' && $module !== Commenting::MODULE)) {
            $this->stay($id->text, 'record_refused');
        } elseif ($module === '') {
            $this->removed[] = $id->text;
        } elseif (!isset($this->ours($mail)[$id->number])) {
            $this->stay($id->text, 'not_ours');
        } elseif (!$this->crm->mayRemove(Commenting::MODULE, $id->number)) {
            $this->stay($id->text, 'permission_denied');
        } else {
            $this->crm->removeComment($id->number);
            $this->store->forgetLinks($mail, $id->number);
            $this->removed[] = $id->text;
        }
    }

    private function stay(string $id, string $code): void
    {
        $this->stays[] = ['id' => $id, 'code' => $code];
    }

    /** What this user's links noted of a source, by record; 0 is the source itself. */
    private function ours(int $source): array
    {
        $mine = array_filter($this->store->links([$source]), fn (array $link): bool => $link['user'] === $this->mails->user);
        return array_column($mine, null, 'record');
    }
}
