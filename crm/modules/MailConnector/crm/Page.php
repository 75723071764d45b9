<?php

namespace MailConnector\Crm;

/** What the component's pages have in common: texts, escaping, CSRF. */
abstract class Page
{
    protected Component $component;

    public function __construct()
    {
        $this->component = new Component();
    }

    protected static function text(string $label, array $values = []): string
    {
        $text = self::texts()[$label] ?? $label;
        return $values === [] ? $text : vsprintf($text, $values);
    }

    /**
     * The texts in the user's language (es_mx has those of es_es), else in English, from the module's own files: the CRM
     * keeps a copy of them that an update of the module does not bring up to date.
     */
    private static function texts(): array
    {
        global $current_language;
        static $texts = [];
        $language = preg_match('/^[a-z]{2}_[a-z]{2}$/D', (string) $current_language) ? $current_language : 'en_us';
        if (!isset($texts[$language])) {
            $mod_strings = [];
            $folder = dirname(__DIR__) . '/language';
            $alike = glob("$folder/" . substr($language, 0, 2) . '_*.lang.php') ?: [];
            $own = "$folder/$language.lang.php";
            foreach (array_filter(["$folder/en_us.lang.php", is_file($own) ? $own : reset($alike)]) as $file) {
                $english = $mod_strings;
                require $file;
                $mod_strings += $english;
            }
            $texts[$language] = $mod_strings;
        }
        return $texts[$language];
    }

    /** A translated text, escaped, with escaped values. */
    protected static function html(string $label, array $values = []): string
    {
        return self::escape(self::text($label, $values));
    }

    protected static function escape(string $text): string
    {
        return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
    }

    /** A time (RFC 3339) as people read it, in the same zone. */
    protected static function moment(string $time): string
    {
        return str_replace('T', ' ', substr($time, 0, 16));
    }

    /** The hidden fields that a form needs: the CRM's CSRF token, and the component's own. */
    protected function guards(string $purpose): string
    {
        $fields = '<input type="hidden" name="mailconnector_nonce" value="' . self::escape($this->nonce($purpose)) . '">';
        $token = method_exists('RequestHandler', 'getCSRFToken') ? (string) \RequestHandler::getCSRFToken() : '';
        return $token === '' ? $fields : $fields . '<input type="hidden" name="__csrf_token" value="' . self::escape($token) . '">';
    }

    /** Whether a form was sent, by whoever was shown it. */
    protected function wasSent(string $purpose): bool
    {
        if (($_SERVER['REQUEST_METHOD'] ?? '') !== 'POST') {
            return false;
        }
        \RequestHandler::validateCSRFToken();
        $given = $_POST['mailconnector_nonce'] ?? '';
        return is_string($given) && hash_equals($this->nonce($purpose), $given);
    }

    /** A value of the posted form; a text, without white space around it. */
    protected static function posted(string $name): string
    {
        $value = $_POST[$name] ?? '';
        return is_string($value) ? trim($value) : '';
    }

    private function nonce(string $purpose): string
    {
        $key = 'mailconnector_nonce_' . $purpose;
        if (!\VteSession::hasKey($key)) {
            \VteSession::set($key, bin2hex(random_bytes(24)));
        }
        return (string) \VteSession::get($key);
    }
}
