<?php
/**
 * What the component needs of a CRM, taken over HTTP from the sandbox CRM of the test that runs: its users, its stock
 * operations, its permissions, its clock.
 */

use MailConnector\Accounts;
use MailConnector\DeliveredCodes;
use MailConnector\Installation;
use MailConnector\MailLinks;
use MailConnector\StockOperations;
use MailConnector\Store;

/** A refusal of a stock operation, with the answer that the CRM gives. */
final class StockRefusal extends Exception
{
    public array $body;

    public function __construct(array $body)
    {
        parent::__construct($body['message']);
        $this->body = $body;
    }
}

/** Asks the test's process. */
final class Bridge implements Accounts, Installation, StockOperations, MailLinks
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
        if (isset($answer['refused'])) {
            throw new StockRefusal($answer['refused']);
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
        return '127.0.0.1';
    }

    public function run(string $operation, array $parameters, int $user)
    {
        $texts = array_filter($parameters, 'is_string');
        return $this->ask('run', ['operation' => $operation, 'parameters' => (object) $texts, 'user' => $user, 'files' => self::files()]);
    }

    public function maySee(string $id, int $user): bool
    {
        return $this->ask('may_see', ['id' => $id, 'user' => $user]);
    }

    public function refusal(): Exception
    {
        $message = 'Permission to read given object is denied';
        return new StockRefusal(['status' => 500, 'error' => 'WebServiceException', 'message' => $message]);
    }

    public function isRefusal(Exception $error): bool
    {
        return $error instanceof StockRefusal && $error->body['error'] === 'WebServiceException';
    }

    public function takesMails(string $module): bool
    {
        return $this->ask('takes_mails', ['module' => $module]);
    }

    public function copies(string $messageId): array
    {
        return $this->ask('copies', ['message_id' => $messageId]);
    }

    public function records(string $hash, int $user): array
    {
        return $this->ask('records', ['hash' => $hash, 'user' => $user]);
    }

    public function documents(int $message): array
    {
        return $this->ask('documents', ['message' => $message]);
    }

    private static function files(): array
    {
        $files = [];
        foreach ($_FILES as $field => $file) {
            if ($file['error'] !== UPLOAD_ERR_OK) {
                continue;
            }
            $content = base64_encode(file_get_contents($file['tmp_name']));
            $files[] = ['field' => $field, 'name' => $file['name'], 'type' => $file['type'], 'content' => $content];
        }
        return $files;
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
