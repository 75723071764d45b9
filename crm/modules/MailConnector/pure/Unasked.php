<?php

namespace MailConnector;

/** What a question left unasked: the modules that failed, and whether one had more than are looked at. A refusal is none of that: it empties a list. */
final class Unasked
{
    private array $modules = [];
    private bool $cut = false;

    public function add(string $module): void
    {
        $this->modules[$module] = true;
    }

    public function cut(): void
    {
        $this->cut = true;
    }

    public function isCut(): bool
    {
        return $this->cut;
    }

    public function told(): array
    {
        return array_keys($this->modules);
    }
}
