<?php

namespace MailConnector;

/** Versions as numbers joined by dots; what follows a - or + is not looked at. */
final class Version
{
    /** This component. The manifest says the same. */
    public const COMPONENT = '1.0.0';

    /** The oldest pane that works with this component. */
    public const PANE_MINIMUM = '1.0.0';

    /** The newest, compared as far as it is written. */
    public const PANE_MAXIMUM = '1';

    /** Return pane_too_old or pane_too_new, and an empty text for a pane that fits. */
    public static function misfit(string $pane, string $minimum, ?string $maximum): string
    {
        $given = self::numbers($pane);
        if (self::compare($given, self::numbers($minimum)) < 0) {
            return 'pane_too_old';
        }
        $newest = self::numbers((string) $maximum);
        $asFar = array_slice($given, 0, count($newest));
        return $newest !== [] && self::compare($asFar, $newest) > 0 ? 'pane_too_new' : '';
    }

    /** Throw where the pane tells a version that does not fit. */
    public static function check(string $pane): void
    {
        $misfit = $pane === '' ? '' : self::misfit($pane, self::PANE_MINIMUM, self::PANE_MAXIMUM);
        if ($misfit !== '') {
            $details = ['pane' => $pane, 'minimum' => self::PANE_MINIMUM, 'maximum' => self::PANE_MAXIMUM];
            throw new Refusal($misfit, "The pane's version $pane does not fit.", $details);
        }
    }

    /** Whether a CRM of this version knows a second factor on its login page. */
    public static function hasSecondFactor(string $crmVersion): bool
    {
        return self::compare(self::numbers($crmVersion), [24, 8]) >= 0;
    }

    private static function numbers(string $version): array
    {
        preg_match_all('/[0-9]{1,9}/', preg_split('/[-+]/', $version)[0], $found);
        return array_map('intval', $found[0]);
    }

    private static function compare(array $one, array $other): int
    {
        return array_slice(array_pad($one, 4, 0), 0, 4) <=> array_slice(array_pad($other, 4, 0), 0, 4);
    }
}
