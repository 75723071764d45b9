<?php

namespace MailConnector;

/** The stock relate for several records, each as mailconnectorcall does it, while there is time: mailconnectorrelate. */
final class Relations
{
    /** Seconds after which no further source is begun: PHP usually ends a request after 30, and one source may take some. */
    public const SECONDS = 10.0;

    private StockOperations $stock;
    private Calls $calls;
    private int $user;
    private float $end;
    private bool $begun = false;
    private bool $complete = true;
    private array $related = [];
    private array $refused = [];

    /** The time runs from here. */
    public function __construct(StockOperations $stock, int $user, float $seconds = self::SECONDS)
    {
        $this->stock = $stock;
        $this->calls = new Calls($stock);
        $this->user = $user;
        $this->end = hrtime(true) / 1e9 + $seconds;
    }

    /** Relate sources, one after the other, to all targets. The first of all is related in any case. */
    public function make(array $sources, array $targets): void
    {
        foreach ($targets === [] ? [] : $sources as $source) {
            if ($this->begun && hrtime(true) / 1e9 >= $this->end) {
                $this->complete = false;
                return;
            }
            $this->begun = true;
            $this->relate($source, $targets);
        }
    }

    /** What is related now, what was refused, and whether that is all that was asked for. */
    public function told(): array
    {
        return ['related' => $this->related, 'refused' => $this->refused, 'complete' => $this->complete];
    }

    /** Note a refusal; any other failure ends the call. */
    public function refuse(string $source, string $target, \Exception $error): void
    {
        if (!$this->stock->isRefusal($error)) {
            throw $error;
        }
        $this->refused[] = ['source' => $source, 'target' => $target, 'reason' => $error->getMessage()];
    }

    /** All targets at once; where that is refused, each alone: the CRM does not tell which of them it means. */
    private function relate(string $source, array $targets): void
    {
        $relate = ['operation' => 'relate', 'id' => $source, 'relatelist' => json_encode($targets), 'relationid' => ''];
        try {
            $this->calls->run(new Parameters($relate), $this->user);
        } catch (\Exception $error) {
            if (count($targets) === 1 || !$this->stock->isRefusal($error)) {
                $this->refuse($source, $targets[0], $error);
                return;
            }
            foreach ($targets as $target) {
                $this->relate($source, [$target]);
            }
            return;
        }
        foreach ($targets as $target) {
            $this->related[] = [$source, $target];
        }
    }
}
