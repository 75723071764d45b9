<?php

namespace MailConnector;

/** The envelope in which every operation answers. */
final class Answer
{
    public const CONTRACT = 1;

    /**
     * Run an operation and put what it returns, or the refusal that it throws, into the envelope.
     *
     * Other exceptions pass: they are the CRM's own failures and keep the CRM's own shape.
     */
    public static function of(callable $operation): array
    {
        try {
            return ['contract' => self::CONTRACT, 'ok' => true, 'result' => $operation()];
        } catch (Refusal $refusal) {
            return [
                'contract' => self::CONTRACT,
                'ok' => false,
                'code' => $refusal->name,
                'message' => $refusal->getMessage(),
                // An empty PHP array would be written as a JSON list.
                'details' => (object) $refusal->details,
            ];
        }
    }
}
