<?php

namespace MailConnector;

/** The component says no, with one of the contract's codes. */
final class Refusal extends \Exception
{
    /** @var string the code that programs read */
    public string $name;

    /** @var array what the contract lists for the code */
    public array $details;

    public function __construct(string $name, string $message, array $details = [])
    {
        parent::__construct($message);
        $this->name = $name;
        $this->details = $details;
    }
}
