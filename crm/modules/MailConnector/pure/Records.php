<?php

namespace MailConnector;

/**
 * The CRM's records as one user is shown them. Numbers are record numbers; whose records they are is settled by
 * `Mails::enter`. What the profile hides, modules, fields and records, is not told. Of more than are looked at, those that the
 * user may see are told, and that there may be more (`Unasked::cut`).
 */
interface Records
{
    /** The modules to whose records mails can be linked, as the user is shown them: label and singular by name. */
    public function modules(): array;

    /** Numbers of records with one of these addresses, by module: number => the address as it is stored. */
    public function withAddresses(array $mails, Unasked $unasked): array;

    /** Companies (Accounts) that may be of one of these domains. Each: number, mails, sites. */
    public function ofDomains(array $domains, Unasked $unasked): array;

    /** The beginnings of the CRM's record numbers (`TT`, `ACC`), those of earlier days too. Each: beginning, module. */
    public function prefixes(): array;

    /** Records of a module by their number in the CRM (`TT12`): that text by number. */
    public function numbered(string $module, array $texts, Unasked $unasked): array;

    /** Open opportunities or tickets that point to one of these records: number => the record they point to. */
    public function cases(string $module, array $parents, Unasked $unasked): array;

    /**
     * What the user is shown of records of one module. By number: name, detail, company (number, 0 for none), behind (numbers
     * of the people and companies that it points to), mails, sites;
     * for a card also number, phone, address, state, owner (each empty where there is none).
     */
    public function told(string $module, array $numbers, bool $card = false): array;

    /**
     * The stored mails with one of these Message-IDs, by that, oldest first; of too many the user's own before others.
     * Each: hash, owner (number), by, created, number, subject.
     */
    public function mails(array $messageIds, Unasked $unasked): array;

    /** The records that mails with one of these hashes are related to, by that: module by number. */
    public function ofMails(array $hashes, Unasked $unasked): array;

    /**
     * What converted leads have become that the user would see. By lead: the number by module, as far as there is each,
     * Contacts, Accounts, Potentials in this order.
     */
    public function converted(array $leads): array;

    /** The last mails of a record that the user may see, of the newest and the user's own. Each: subject, date, by. */
    public function lastMails(int $record, int $most): array;

    /**
     * Records of a module that have every word in a name, number or address. One of the words stands at its beginning; with
     * $anywhere inside a name, which takes longer. At most so many numbers. Throws RuntimeException where the CRM fails.
     */
    public function search(string $module, array $words, int $most, bool $anywhere): array;
}
