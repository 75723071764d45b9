<?php

namespace MailConnector;

/** mailconnectorlink: a mail stored with its files, and related with the Documents that came of them. */
final class WholeMail
{
    /** Documents that one query asks for at the most. */
    private const QUERIED = 100;

    private StockOperations $stock;
    private MailLinks $links;
    private int $user;
    private float $seconds;

    public function __construct(StockOperations $stock, MailLinks $links, int $user, float $seconds = Relations::SECONDS)
    {
        $this->stock = $stock;
        $this->links = $links;
        $this->user = $user;
        $this->seconds = $seconds;
    }

    public function link(Parameters $given): array
    {
        // The records are the targets; a parent_id would be one more, which nobody told of.
        if (array_key_exists('parent_id', $given->record('element'))) {
            throw Parameters::refusal('element');
        }
        $targets = $given->ids('targets');
        $create = ['operation' => 'create', 'elementType' => 'Messages', 'element' => $given->all()['element']];
        $message = (new Calls($this->stock))->run(new Parameters($create), $this->user);
        $relations = new Relations($this->stock, $this->user, $this->seconds);
        $documents = $this->documents($message['id']);
        $copies = $this->copies((string) ($message['messageid'] ?? ''));
        $relations->make([$message['id']], $this->readable($message['id'], $targets, $relations));
        $took = array_column($relations->told()['related'], 1);
        if ($took !== []) {
            $ids = array_column($documents, 'id');
            $relations->make($ids, $took);
            // So that they list the mail, too.
            $relations->make([$message['id']], $ids);
        }
        return ['message' => $message, 'copies' => $copies, 'documents' => $documents] + $relations->told();
    }

    /** The targets that the CRM shows to the user: the stock relate also takes records that were deleted. */
    private function readable(string $message, array $targets, Relations $relations): array
    {
        $found = [];
        foreach ($targets as $target) {
            try {
                $this->stock->run('retrieve', ['id' => $target], $this->user);
                $found[] = $target;
            } catch (\Exception $error) {
                $relations->refuse($message, $target, $error);
            }
        }
        return $found;
    }

    /** The user's own mails with this Message-ID, oldest first: another device may have stored it at the same time. */
    private function copies(string $messageId): array
    {
        try {
            $found = $this->links->copies($messageId);
        } catch (\Throwable $error) {
            return [];
        }
        $own = array_filter($found, fn (array $copy): bool => $copy['owner'] === $this->user);
        return array_column($own, 'id');
    }

    /** The Documents that came of the mail's files, as a query tells them to the user; none where it does not. */
    private function documents(string $message): array
    {
        $found = [];
        try {
            foreach (array_chunk($this->links->documents(self::number($message)), self::QUERIED) as $ids) {
                $query = "SELECT id, notes_title, filesize, folderid FROM Documents WHERE id IN ('"
                    . implode("', '", $ids) . "') LIMIT 0, " . self::QUERIED . ';';
                $found = array_merge($found, $this->stock->run('query', ['query' => $query], $this->user));
            }
        } catch (\Throwable $error) {
            // The mail is stored, and goes to its records all the same; the client reads the Documents back itself.
            return [];
        }
        usort($found, static fn (array $a, array $b): int => self::number($a['id']) <=> self::number($b['id']));
        return $found;
    }

    /** The record number of a web service id. */
    private static function number(string $id): int
    {
        return (int) explode('x', $id)[1];
    }
}
