<?php

/** What stands in PHP, in the sandbox and in the pane has one value: contract/values.json. */

function test_values_are_those_of_the_contract(): void
{
    foreach (json_decode(file_get_contents(__DIR__ . '/../../contract/values.json'), true) as $row) {
        [$class, $name] = explode('::', $row['php']);
        $value = (new ReflectionClass("MailConnector\\$class"))->getConstant($name);
        if (is_array($value) && is_int(key($value)) && ($row['any_order'] ?? false)) {
            sort($value);
        }
        is_array($value) ? ksort($value) : null;
        is_array($row['value']) ? ksort($row['value']) : null;
        same($row['value'], $value, $row['about']);
    }
}
