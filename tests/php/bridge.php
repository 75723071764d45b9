<?php
/**
 * What the component needs of a CRM, taken over HTTP from the sandbox CRM of the test that runs: its users, mails, records,
 * permissions, its clock.
 */

use MailConnector\Accounts;
use MailConnector\DeliveredCodes;
use MailConnector\Forms;
use MailConnector\Installation;
use MailConnector\Mails;
use MailConnector\Proxies;
use MailConnector\Records;
use MailConnector\SoughtId;
use MailConnector\Store;
use MailConnector\Unasked;

/** Asks the test's process. */
final class Bridge implements Accounts, Installation
{
    private string $url;

    public function __construct(string $url)
    {
        $this->url = $url;
    }

    /** @return mixed */
    public function ask(string $what, array $given = [])
    {
        $http = ['method' => 'POST', 'header' => 'Content-Type: application/json', 'content' => json_encode(['what' => $what] + $given), 'ignore_errors' => true];
        $text = file_get_contents($this->url, false, stream_context_create(['http' => $http]));
        $answer = json_decode((string) $text, true);
        if (!is_array($answer)) {
            throw new LogicException("The bridge answers $text");
        }
        return $answer['value'];
    }

    public function byId(int $id): ?array
    {
        return $this->ask('account', ['id' => $id]);
    }

    public function byName(string $name): ?array
    {
        return $this->ask('account', ['name' => $name]);
    }

    public function check(string $name, string $password): string
    {
        return $this->ask('check', ['name' => $name, 'password' => $password]);
    }

    public function version(): array
    {
        return $this->ask('version');
    }

    public function url(): string
    {
        return 'https://crm.example.com/crm';
    }

    public function timeZone(): string
    {
        return 'Europe/Rome';
    }

    public function limits(): array
    {
        return $this->ask('limits');
    }

    public function userId(int $number): string
    {
        return "19x$number";
    }

    public function caller(): string
    {
        $proxies = array_filter(explode("\n", $this->ask('settings')['proxies']));
        return Proxies::caller($proxies, $_SERVER['REMOTE_ADDR'], $_SERVER['HTTP_X_FORWARDED_FOR'] ?? '');
    }

    public function noteSignIn(int $id): void
    {
    }
}

/** Second-factor codes that go to a list instead of a phone; some users have none, some use the page only. */
final class ListedCodes extends DeliveredCodes
{
    private Bridge $bridge;
    private array $channels;
    private array $pageOnly;

    public function __construct(Bridge $bridge, Store $store, callable $clock, array $channels, array $pageOnly)
    {
        parent::__construct($store, $clock);
        $this->bridge = $bridge;
        $this->channels = $channels;
        $this->pageOnly = $pageOnly;
    }

    public function channel(array $account): string
    {
        return in_array($account['name'], $this->pageOnly, true) ? self::PAGE : ($this->channels[$account['name']] ?? self::NONE);
    }

    public function asksForCodes(): bool
    {
        return $this->channels !== [];
    }

    protected function deliver(array $account, string $channel, string $code): void
    {
        $this->bridge->ask('deliver', ['user' => $account['name'], 'channel' => $channel, 'code' => $code]);
    }
}

/** The mails, Documents and records of the sandbox, as one of its users works with them. */
final class BridgedMails implements Mails, Records, Forms
{
    private Bridge $bridge;
    private int $user = 0;
    private array $failed = [];
    private bool $cut = false;

    public function __construct(Bridge $bridge)
    {
        $this->bridge = $bridge;
    }

    /** @return mixed */
    private function ask(string $method, ...$given)
    {
        ['value' => $value, 'failed' => $this->failed, 'cut' => $cut] = $this->bridge->ask('mails', ['method' => $method, 'user' => $this->user, 'given' => $given]);
        $this->cut = $this->cut || $cut;
        return $value;
    }

    /** What the CRM failed to read for the last question, and whether it had more than is looked at. */
    private function tell(Unasked $unasked): void
    {
        array_map([$unasked, 'add'], $this->failed);
        if ($this->cut) {
            $unasked->cut();
        }
    }

    private function breakOff(): void
    {
        if ($this->failed !== []) {
            throw new RuntimeException('The database fails.');
        }
    }

    /** JSON has no objects with numbers for names: what is by number comes as pairs. */
    private function byNumber(string $method, ...$given): array
    {
        return array_column($this->ask($method, ...$given), 1, 0);
    }

    public function enter(int $user): void
    {
        $this->user = $user;
    }

    public function may(string $module): bool
    {
        return $this->ask('may', $module);
    }

    public function takesMails(string $module): bool
    {
        return $this->ask('takes_mails', $module);
    }

    public function takesDocuments(string $module): bool
    {
        return $this->ask('takes_documents', $module);
    }

    public function id(string $module, int $number): string
    {
        return $this->ask('id', $module, $number);
    }

    public function module(int $number): string
    {
        return $this->ask('module', $number);
    }

    public function maySee(string $module, int $number): bool
    {
        return $this->ask('may_see', $module, $number);
    }

    public function mayRemove(string $module, int $number): bool
    {
        return $this->ask('may_remove', $module, $number);
    }

    public function copies(string $messageId): array
    {
        return $this->byNumber('copies', $messageId);
    }

    public function candidates(SoughtId $sought, string $date): array
    {
        return $this->ask('candidates', $sought->equal, $sought->like, $date);
    }

    public function held(int $number): ?array
    {
        return $this->ask('mail', $number);
    }

    public function documents(int $mail): array
    {
        return $this->ask('documents', $mail);
    }

    public function digest(int $document): string
    {
        return $this->ask('digest', $document);
    }

    public function records(int $mail): array
    {
        return $this->byNumber('records', $mail);
    }

    public function documentRecords(int $document): array
    {
        return $this->byNumber('document_records', $document);
    }

    public function others(int $mail): array
    {
        return $this->ask('others', $mail);
    }

    public function oneAtATime(string $name, callable $work)
    {
        return $work();
    }

    public function store(array $fields): int
    {
        return $this->ask('store', $fields);
    }

    public function attach(int $mail, array $file): int
    {
        $content = base64_encode((string) file_get_contents($file['tmp_name']));
        return $this->ask('attach', $mail, ['name' => $file['name'], 'type' => $file['type'], 'content' => $content]);
    }

    public function attachAddress(int $mail, string $name, string $address): int
    {
        return $this->ask('attach_address', $mail, $name, $address);
    }

    public function relate(int $mail, string $module, array $numbers): void
    {
        $this->ask('relate', $mail, $module, $numbers);
    }

    public function relateDocument(int $document, string $module, array $numbers): void
    {
        $this->ask('relate_document', $document, $module, $numbers);
    }

    public function unrelate(int $mail, string $module, int $number): void
    {
        $this->ask('unrelate', $mail, $module, $number);
    }

    public function unrelateDocument(int $document, string $module, int $number): void
    {
        $this->ask('unrelate_document', $document, $module, $number);
    }

    public function remove(int $mail): void
    {
        $this->ask('remove', $mail);
    }

    public function removeDocument(int $mail, int $document): void
    {
        $this->ask('remove_document', $mail, $document);
    }

    public function commentable(): array
    {
        return $this->ask('commentable');
    }

    public function comments(array $numbers): array
    {
        return $this->ask('comments', array_values($numbers));
    }

    public function comment(int $record, string $text): int
    {
        return $this->ask('comment', $record, $text);
    }

    public function removeComment(int $number): void
    {
        $this->ask('remove_comment', $number);
    }

    public function fill(int $mail, ?string $html, ?string $date, string $mark): void
    {
        $this->ask('fill', $mail, $html, $date, $mark);
    }

    public function enterable(string $module, array $wanted): array
    {
        return $this->ask('enterable', $module, $wanted);
    }

    public function make(string $module, array $values): int
    {
        return $this->ask('make', $module, (object) $values);
    }

    public function mayEdit(string $module, int $number): bool
    {
        return $this->ask('may_edit', $module, $number);
    }

    public function addresses(string $module, int $number, array $fields): array
    {
        return $this->ask('addresses', $module, $number, $fields);
    }

    public function setAddress(string $module, int $number, string $field, string $address): void
    {
        $this->ask('set_address', $module, $number, $field, $address);
    }

    public function modules(): array
    {
        return $this->ask('modules');
    }

    public function withAddresses(array $mails, Unasked $unasked): array
    {
        $found = [];
        foreach ($this->ask('with_addresses', $mails) as [$module, $number, $mail]) {
            $found[$module][$number] = $mail;
        }
        $this->tell($unasked);
        return $found;
    }

    public function ofDomains(array $domains, Unasked $unasked): array
    {
        $found = array_merge(...array_map(fn (string $domain): array => $this->ask('of_domain', $domain), $domains));
        $this->tell($unasked);
        return $found;
    }

    public function prefixes(): array
    {
        return $this->ask('prefixes');
    }

    public function numbered(string $module, array $texts, Unasked $unasked): array
    {
        $found = $this->byNumber('numbered', $module, $texts);
        $this->tell($unasked);
        return $found;
    }

    public function cases(string $module, array $parents, Unasked $unasked): array
    {
        $found = $this->byNumber('cases', $module, $parents);
        $this->tell($unasked);
        return $found;
    }

    public function told(string $module, array $numbers, bool $card = false): array
    {
        return $this->byNumber('told', $module, $numbers, $card);
    }

    public function mails(array $messageIds, Unasked $unasked): array
    {
        $mails = [];
        foreach ($messageIds as $messageId) {
            $mails[$messageId] = $this->ask('mails', $messageId);
        }
        $this->breakOff();
        $this->tell($unasked);
        return $mails;
    }

    public function ofMails(array $hashes, Unasked $unasked): array
    {
        $found = array_combine($hashes, array_map(fn (string $hash): array => $this->byNumber('of_mail', $hash), $hashes));
        $this->tell($unasked);
        return $found;
    }

    public function converted(array $leads): array
    {
        return $this->byNumber('converted', $leads);
    }

    public function lastMails(int $record, int $most): array
    {
        return $this->ask('last_mails', $record, $most);
    }

    public function search(string $module, array $words, int $most, bool $anywhere): array
    {
        $numbers = $this->ask('search', $module, $words, $most, $anywhere);
        $this->breakOff();
        return $numbers;
    }
}
