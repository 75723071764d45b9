<?php

namespace MailConnector;

/** The CRM's own web service operations, run as a user. */
interface StockOperations
{
    /**
     * Run an operation with parameters as they came over the wire (texts), and return its data.
     *
     * The CRM's own refusals are thrown as it throws them.
     *
     * @return mixed
     */
    public function run(string $operation, array $parameters, int $user);

    /** Whether the user may see the record with this web service id; true where there is none, false for no id. */
    public function maySee(string $id, int $user): bool;

    /** The module of the record with this web service id; empty where there is none, and for users and groups. */
    public function module(string $id): string;

    /** The exception with which the CRM refuses a record. */
    public function refusal(): \Exception;

    /** The exception with which it says that there is no such record. */
    public function missing(): \Exception;

    /** Whether the CRM said no with this exception, and did not break down. */
    public function isRefusal(\Exception $error): bool;
}
