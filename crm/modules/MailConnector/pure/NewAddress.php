<?php

namespace MailConnector;

/** mailconnectoraddaddress: an address for a person or company with a mail field to spare. What stands there already stays. */
final class NewAddress
{
    /** The CRM's fields for mail addresses by module, in the order in which they are filled. No other field is ever changed. */
    private const FIELDS = ['Contacts' => ['email'], 'Leads' => ['email'], 'Accounts' => ['email1', 'email2']];

    private OwnMails $own;
    private Records $records;
    private Forms $forms;
    private Store $store;

    public function __construct(OwnMails $own, Records $records, Forms $forms, Store $store)
    {
        $this->own = $own;
        $this->records = $records;
        $this->forms = $forms;
        $this->store = $store;
    }

    public function add(Parameters $given): array
    {
        $id = $given->id('id');
        $address = MailParameter::line($given->text('address'));
        if (preg_match(FieldValue::MAIL, $address) !== 1) {
            throw Parameters::refusal('address');
        }
        $targets = new Targets($this->own->crm, [$id]);
        $targets->checkAny();
        $module = (string) array_key_first($targets->accepted);
        if (!isset(self::FIELDS[$module])) {
            throw Parameters::refusal('id');
        }
        if (!$this->may($module, $id->number)) {
            throw Targets::denied($module);
        }
        return $this->own->crm->oneAtATime("address {$id->text}", function () use ($id, $module, $address): array {
            $fields = $this->fields($module);
            $values = $this->forms->addresses($module, $id->number, array_keys($fields));
            $added = !in_array(strtolower($address), array_map('strtolower', $values), true);
            if ($added) {
                $this->forms->setAddress($module, $id->number, self::free($fields, $values, $address), $address);
            }
            return ['record' => (new Looking($this->own, $this->records))->card($id), 'added' => $added];
        });
    }

    /** Whether this user may give the record an address, and it has a field to spare. */
    public function takes(RecordId $id): bool
    {
        $module = $this->own->crm->module($id->number);
        if (!isset(self::FIELDS[$module]) || !$this->may($module, $id->number)) {
            return false;
        }
        $fields = array_keys($this->fields($module));
        return $fields !== [] && in_array('', $this->forms->addresses($module, $id->number, $fields), true);
    }

    /** Whether the administrator lets records of the module be made from the pane, and the user may edit this one. */
    private function may(string $module, int $number): bool
    {
        return in_array($module, NewRecords::allowed($this->store), true) && $this->forms->mayEdit($module, $number);
    }

    /** How many characters the fields hold that the user is shown and may edit, by the CRM's names. */
    private function fields(string $module): array
    {
        $known = $this->forms->enterable($module, self::FIELDS[$module]);
        $fields = [];
        foreach (self::FIELDS[$module] as $name) {
            if (isset($known[$name]) && in_array($known[$name]['kind'], FieldValue::TEXTS, true)) {
                $fields[$name] = $known[$name]['longest'];
            }
        }
        return $fields;
    }

    private static function free(array $fields, array $values, string $address): string
    {
        $free = array_keys($values, '', true);
        if ($free === []) {
            throw new Refusal('no_empty_field', 'No mail field of the record is empty.');
        }
        if (Parameters::length($address) > $fields[$free[0]]) {
            throw Parameters::refusal('address');
        }
        return $free[0];
    }
}
