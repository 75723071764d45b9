<?php
/**
 * Runs the PHP unit tests: every function test_… of the files *_test.php. Prints a line for each, ends with 1 where one failed.
 *
 *     php tests/php/run.php
 */

error_reporting(E_ALL);
set_error_handler(static function (int $level, string $text, string $file, int $line): bool {
    throw new ErrorException($text, 0, $level, $file, $line);
});
require dirname(__DIR__, 2) . '/crm/modules/MailConnector/pure/autoload.php';
require dirname(__DIR__, 2) . '/crm/modules/MailConnector/MailConnector.php';

/** Fail unless both are the same. */
function same($wanted, $given, string $about = ''): void
{
    if ($wanted !== $given) {
        throw new RuntimeException(trim("$about " . var_export($given, true) . ' instead of ' . var_export($wanted, true)));
    }
}

/** Fail unless a call throws this; returns what was thrown. */
function throws(string $class, callable $call): Throwable
{
    try {
        $call();
    } catch (Throwable $error) {
        same($class, get_class($error), $error->getMessage());
        return $error;
    }
    throw new RuntimeException("$class was not thrown");
}

foreach (glob(__DIR__ . '/*_test.php') as $file) {
    require $file;
}
$failed = 0;
$tests = array_filter(get_defined_functions()['user'], static fn (string $name): bool => strpos($name, 'test_') === 0);
foreach ($tests as $test) {
    try {
        $test();
        echo "ok $test\n";
    } catch (Throwable $error) {
        $failed++;
        echo "FAILED $test: {$error->getMessage()} ({$error->getFile()}:{$error->getLine()})\n";
    }
}
echo count($tests) . " tests, $failed failed\n";
exit($tests === [] || $failed > 0 ? 1 : 0);
