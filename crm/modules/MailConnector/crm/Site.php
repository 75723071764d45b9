<?php

namespace MailConnector\Crm;

use MailConnector\Installation;
use MailConnector\Proxies;

/** This vtenext. */
final class Site implements Installation
{
    public function version(): array
    {
        $enterprise_current_version = $enterprise_current_build = '';
        include 'vteversion.php';
        return ['version' => (string) $enterprise_current_version, 'build' => (string) $enterprise_current_build];
    }

    public function url(): string
    {
        global $site_URL;
        return (string) $site_URL;
    }

    public function timeZone(): string
    {
        global $default_timezone;
        $name = is_string($default_timezone) && $default_timezone !== '' ? $default_timezone : date_default_timezone_get();
        return in_array($name, \DateTimeZone::listIdentifiers(\DateTimeZone::ALL_WITH_BC), true) ? $name : 'UTC';
    }

    public function limits(): array
    {
        global $upload_maxsize;
        $limits = array_filter([self::bytes((string) ini_get('upload_max_filesize')), (int) $upload_maxsize]);
        return [
            'file' => $limits === [] ? null : min($limits),
            'request' => self::bytes((string) ini_get('post_max_size')) ?: null,
            'files' => (int) ini_get('max_file_uploads') ?: null,
        ];
    }

    public function userId(int $number): string
    {
        return (string) vtws_getWebserviceEntityId('Users', $number);
    }

    public function caller(): string
    {
        $proxies = array_filter(explode("\n", (new Database())->setting('proxies')));
        return Proxies::caller($proxies, (string) ($_SERVER['REMOTE_ADDR'] ?? ''), (string) ($_SERVER['HTTP_X_FORWARDED_FOR'] ?? ''));
    }

    /** The name that the administrator gave to the installation, else the organization's. */
    public function organization(): string
    {
        global $adb, $table_prefix;
        $result = $adb->pquery("SELECT organizationname FROM {$table_prefix}_organizationdetails", []);
        return $result && $adb->num_rows($result) ? (string) $adb->query_result_no_html($result, 0, 'organizationname') : '';
    }

    /** Bytes of a size as php.ini writes it (64M); 0 for no limit. */
    public static function bytes(string $size): int
    {
        $factors = ['K' => 1024, 'M' => 1048576, 'G' => 1073741824];
        return max(0, (int) $size) * ($factors[strtoupper(substr(trim($size), -1))] ?? 1);
    }
}
