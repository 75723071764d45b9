<?php

namespace MailConnector;

/** mailconnectorrelate: the stock relate for several records, each as mailconnectorcall does it, while there is time. */
final class Relations
{
    /** Seconds after which no further source is begun: PHP usually ends a request after 30, and one source may take some. */
    public const SECONDS = 10.0;

    private StockOperations $stock;
    private Calls $calls;
    private float $seconds;
    private array $related = [];
    private array $refused = [];

    public function __construct(StockOperations $stock, float $seconds = self::SECONDS)
    {
        $this->stock = $stock;
        $this->calls = new Calls($stock);
        $this->seconds = $seconds;
    }

    /** What is related now, what was refused, and whether that is all that was asked for. */
    public function make(Parameters $given, int $user): array
    {
        $began = hrtime(true);
        $sources = $given->ids('sources');
        $targets = $given->ids('targets');
        $done = 0;
        foreach ($sources as $source) {
            $this->relate($source, $targets, $user);
            $done++;
            if ((hrtime(true) - $began) / 1e9 >= $this->seconds) {
                break;
            }
        }
        return ['related' => $this->related, 'refused' => $this->refused, 'complete' => $done === count($sources)];
    }

    /** All targets at once; where that is refused, each alone: the CRM does not tell which of them it means. */
    private function relate(string $source, array $targets, int $user): void
    {
        $relate = ['operation' => 'relate', 'id' => $source, 'relatelist' => json_encode($targets), 'relationid' => ''];
        try {
            $this->calls->run(new Parameters($relate), $user);
        } catch (\Exception $error) {
            if (!$this->stock->isRefusal($error)) {
                throw $error;
            }
            if (count($targets) === 1) {
                $this->refused[] = ['source' => $source, 'target' => $targets[0], 'reason' => $error->getMessage()];
                return;
            }
            foreach ($targets as $target) {
                $this->relate($source, [$target], $user);
            }
            return;
        }
        foreach ($targets as $target) {
            $this->related[] = [$source, $target];
        }
    }
}
