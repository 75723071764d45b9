<?php

namespace MailConnector\Crm;

use MailConnector\SecurityLog;

/** The security log on the settings page. */
trait LogTable
{
    private function log(): string
    {
        $rows = '';
        foreach ($this->component->log->newest(200) as $entry) {
            $event = in_array($entry['event'], SecurityLog::EVENTS, true) ? 'LBL_EVENT_' . strtoupper($entry['event']) : '';
            $cells = [
                self::moment($this->component->sessions->time($entry['at'])), $event === '' ? $entry['event'] : self::text($event), $this->nameOf($entry['user']),
                $entry['by'] === $entry['user'] ? '' : $this->nameOf($entry['by']), $entry['address'], $entry['detail'],
            ];
            $rows .= '<tr><td>' . implode('</td><td>', array_map([self::class, 'escape'], $cells)) . '</td></tr>';
        }
        $heads = '';
        foreach (['LBL_TIME', 'LBL_EVENT', 'LBL_USER', 'LBL_BY', 'LBL_ADDRESS', 'LBL_DETAIL'] as $label) {
            $heads .= '<th align="left">' . self::html($label) . '</th>';
        }
        return '<h3>' . self::html('LBL_LOG') . "</h3><table cellpadding=\"3\"><tr>$heads</tr>$rows</table>";
    }

    private function nameOf(int $user): string
    {
        static $names = [0 => ''];
        return $names[$user] = $names[$user] ?? ($this->component->accounts->byId($user)['name'] ?? (string) $user);
    }
}
