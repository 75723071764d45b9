<?php

namespace MailConnector;

/** The modules that could not be asked because something failed. A refusal is none of that: it empties a list. */
final class Unasked
{
    private array $modules = [];

    public function add(string $module): void
    {
        $this->modules[$module] = true;
    }

    public function told(): array
    {
        return array_keys($this->modules);
    }
}
