<?php

namespace MailConnector;

/** What the CRM asks for when the user who has entered makes a record, and making one. The names are the CRM's own, from `NewRecords`. */
interface Forms
{
    /**
     * The fields that the user fills in: those of $wanted that the profile shows and lets edit, and all others that the CRM
     * wants filled. By name: label, required, kind (one of `FieldValue::KINDS`; empty where no form could have it), longest
     * (characters), values (of a list: each value and label), modules (to which a record may belong), decimals, least and most
     * (of a number, or a date; empty where there is none), unit (of money), zone (of a time on a day), initial (what the CRM's
     * page has filled in itself; may be none that fits).
     */
    public function enterable(string $module, array $wanted): array;

    /** Make a record with these values (`FieldValue::stored`), owned by the user, as the CRM's own page does; returns its number. */
    public function make(string $module, array $values): int;

    /** Whether the user may edit this record. */
    public function mayEdit(string $module, int $number): bool;

    /** What stands in fields of a record, by name, without white space at the ends. */
    public function addresses(string $module, int $number, array $fields): array;

    /** Write an address into a field of a record, as the CRM's own page does; nothing else of the record changes. */
    public function setAddress(string $module, int $number, string $field, string $address): void;
}
