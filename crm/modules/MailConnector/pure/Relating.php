<?php

namespace MailConnector;

/** Relates a mail and its Documents to records, one source after the other, and tells what stands afterwards. */
final class Relating
{
    /** Seconds after which no further source is begun. */
    public const SECONDS = 10.0;

    private OwnMails $mails;
    private Store $store;
    private int $now;
    private float $end;
    private bool $complete = true;
    private int $fresh = 0;
    private array $related = [];
    private array $refused = [];

    /** The time runs from here. */
    public function __construct(OwnMails $mails, Store $store, int $now, float $seconds = self::SECONDS)
    {
        $this->mails = $mails;
        $this->store = $store;
        $this->now = $now;
        $this->end = hrtime(true) / 1e9 + $seconds;
    }

    /** Relate a mail, which is done in any case, and then Documents of it (by number) to those records that took it. */
    public function make(int $mail, array $documents, Targets $targets): void
    {
        $crm = $this->mails->crm;
        $source = $crm->id('Messages', $mail);
        $this->refused = $targets->told($source);
        $took = $this->each(
            $mail,
            $source,
            $targets->accepted,
            static fn (): array => $crm->records($mail),
            static fn (string $module, array $numbers) => $crm->relate($mail, $module, $numbers)
        );
        $fresh = $this->fresh;
        foreach ($took === [] ? [] : $documents as $document) {
            // At least one more each time, so that whoever asks again comes to an end.
            if ($this->fresh > $fresh && hrtime(true) / 1e9 >= $this->end) {
                $this->complete = false;
                return;
            }
            $this->document($document, $took);
        }
    }

    /** Relate a Document alone. */
    public function document(int $document, array $targets): void
    {
        $crm = $this->mails->crm;
        $source = $crm->id('Documents', $document);
        $allowed = $crm->may('Documents') && $crm->maySee('Documents', $document);
        foreach ($targets as $module => $ids) {
            if (!$allowed || !$crm->takesDocuments($module)) {
                $this->refuse($source, $ids, $allowed ? Targets::noRelation($module) : Targets::denied('Documents'));
                unset($targets[$module]);
            }
        }
        $this->each(
            $document,
            $source,
            $targets,
            static fn (): array => $crm->documentRecords($document),
            static fn (string $module, array $numbers) => $crm->relateDocument($document, $module, $numbers)
        );
    }

    /** What is related now, what was refused, and whether that is all that was asked for. */
    public function told(): array
    {
        return ['related' => $this->related, 'refused' => $this->refused, 'complete' => $this->complete];
    }

    public function refuseAll(string $source, Targets $targets): void
    {
        $this->refused = array_merge($this->refused, $targets->told($source));
    }

    /** Relate one source; returns the records that have it now, by module as in $targets. Only what is new is noted as ours. */
    private function each(int $number, string $source, array $targets, callable $standing, callable $relate): array
    {
        if ($targets === []) {
            return [];
        }
        $before = $standing();
        foreach ($targets as $module => $ids) {
            $new = array_keys(array_diff_key($ids, $before));
            if ($new !== []) {
                $relate($module, $new);
            }
        }
        $after = $standing();
        $took = [];
        foreach ($targets as $module => $ids) {
            foreach ($ids as $record => $id) {
                if (!isset($after[$record])) {
                    $this->refuse($source, [$id], Targets::noRelation($module));
                    continue;
                }
                $took[$module][$record] = $id;
                $this->related[] = [$source, $id];
                $isNew = !isset($before[$record]);
                $this->store->noteLink($number, $record, $this->mails->user, $this->now, $isNew ? 0 : Store::WANTED);
                $this->fresh += (int) $isNew;
            }
        }
        return $took;
    }

    private function refuse(string $source, array $ids, Refusal $refusal): void
    {
        foreach ($ids as $id) {
            $this->refused[] = Targets::pair($source, $id, $refusal);
        }
    }
}
