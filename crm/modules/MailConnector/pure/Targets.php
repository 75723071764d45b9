<?php

namespace MailConnector;

/** The records to which somebody wants to link, each looked at before anything is done. */
final class Targets
{
    /** Modules that no link leads to, whatever relations an administrator has given them. */
    public const NEVER = [
        'Users', 'Groups', 'Currency', 'DocumentFolders', 'Messages', 'Documents', 'Emails', 'ModComments', 'ModNotifications', 'ChangeLog',
        'Reports', 'Charts', 'Myfiles', 'Sms', 'Fax', 'PBXManager', 'MailConnector',
    ];

    /** @var array[] id by number, by module */
    public array $accepted = [];
    /** @var Refusal[] by id */
    public array $refused = [];

    /** @param RecordId[] $ids */
    public function __construct(Mails $crm, array $ids)
    {
        foreach ($ids as $id) {
            $module = $crm->module($id->number);
            $known = $module !== '' && !in_array($module, self::NEVER, true) && $crm->id($module, $id->number) === $id->text;
            if (!$known || !$crm->maySee($module, $id->number)) {
                $this->refused[$id->text] = self::refusal($id->text, $module === '');
            } elseif (!$crm->takesMails($module)) {
                $this->refused[$id->text] = self::noRelation($module);
            } else {
                $this->accepted[$module][$id->number] = $id->text;
            }
        }
    }

    /** Throw the first refusal, with all of them in its details, where no record is left. */
    public function checkAny(): void
    {
        if ($this->accepted !== [] || $this->refused === []) {
            return;
        }
        $first = reset($this->refused);
        throw new Refusal($first->name, $first->getMessage(), $first->details + ['refused' => $this->told('')]);
    }

    /** The refusals, of a source. */
    public function told(string $source): array
    {
        $told = [];
        foreach ($this->refused as $id => $refusal) {
            $told[] = self::pair($source, (string) $id, $refusal);
        }
        return $told;
    }

    public static function pair(string $source, string $target, Refusal $refusal): array
    {
        return ['source' => $source, 'target' => $target, 'code' => $refusal->name, 'details' => (object) $refusal->details];
    }

    /** No such record (any more), which is told as the CRM's own pages tell it, or none that this user may see. */
    public static function refusal(string $id, bool $gone = false): Refusal
    {
        return new Refusal('record_refused', 'There is no such record for this user.', ['id' => $id] + ($gone ? ['gone' => 'yes'] : []));
    }

    public static function noRelation(string $module): Refusal
    {
        return new Refusal('relation_missing', "The module $module takes no mails.", ['module' => $module]);
    }

    /** The user's profile does not allow it. */
    public static function denied(string $what): Refusal
    {
        return new Refusal('permission_denied', "The user's profile does not allow this with $what.", ['what' => $what]);
    }
}
