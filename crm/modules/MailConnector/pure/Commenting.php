<?php

namespace MailConnector;

/** mailconnectorcomment: the user's note beside a link, as the CRM's comment on a record. Harmless to repeat. */
final class Commenting
{
    public const MODULE = 'ModComments';

    private OwnMails $mails;
    private Mails $crm;
    private Store $store;
    /** @var callable returns Unix seconds */
    private $clock;

    public function __construct(OwnMails $mails, Store $store, callable $clock)
    {
        $this->mails = $mails;
        $this->crm = $mails->crm;
        $this->store = $store;
        $this->clock = $clock;
    }

    public function comment(Parameters $given): array
    {
        $id = $given->id('target');
        $text = MailParameter::line($given->text('note'));
        if ($text === '') {
            throw Parameters::refusal('note');
        }
        $mail = $this->mails->named($given);
        $targets = new Targets($this->crm, [$id]);
        $targets->checkAny();
        if (!isset($this->crm->records($mail)[$id->number])) {
            throw Targets::refusal($id->text);
        }
        if (!$this->crm->may(self::MODULE)) {
            throw Targets::denied(self::MODULE);
        }
        $module = (string) array_key_first($targets->accepted);
        if (!in_array($module, $this->crm->commentable(), true)) {
            throw Targets::noRelation($module);
        }
        return $this->crm->oneAtATime("comment $mail {$id->text}", fn (): array => $this->once($mail, $id->number, $text));
    }

    private function once(int $mail, int $record, string $text): array
    {
        foreach (self::written($this->crm, $this->store, $mail, $this->mails->user) as $one) {
            if ($one['record'] === $record && $one['text'] === self::kept($text)) {
                return ['comment' => $this->told($one, $text), 'stored' => false];
            }
        }
        $number = $this->crm->comment($record, self::kept($text));
        $this->store->noteLink($mail, $number, $this->mails->user, ($this->clock)());
        return ['comment' => $this->told($this->crm->comments([$number])[0], $text), 'stored' => true];
    }

    /** The comments that links of a user wrote beside a mail. */
    public static function written(Mails $crm, Store $store, int $mail, int $user): array
    {
        $mine = array_filter($store->links([$mail]), static fn (array $link): bool => $link['user'] === $user && $link['record'] > 0);
        return $crm->comments(array_column($mine, 'record'));
    }

    /** Its text as read back: the given one, where it is kept so. */
    private function told(array $comment, string $text): array
    {
        $same = $comment['text'] === self::kept($text);
        return ['id' => $this->crm->id(self::MODULE, $comment['number']), 'text' => $same ? $text : html_entity_decode($comment['text'], ENT_QUOTES, 'UTF-8')];
    }

    /** The CRM shows a comment as HTML; a database of three bytes keeps no sign beyond U+FFFF but by its number. */
    public static function kept(string $text): string
    {
        $escaped = htmlspecialchars($text, ENT_NOQUOTES, 'UTF-8');
        $number = static function (array $found): string {
            [$a, $b, $c, $d] = array_values((array) unpack('C4', $found[0]));
            return '&#' . ((($a & 7) << 18) | (($b & 63) << 12) | (($c & 63) << 6) | ($d & 63)) . ';';
        };
        return (string) preg_replace_callback('/[\x{10000}-\x{10FFFF}]/u', $number, $escaped);
    }
}
