<?php

namespace MailConnector\Crm;

/** What the component leaves in the CRM's own tables, and takes away again. Linked mails are none of it. */
final class Registration
{
    public const OPERATIONS = [
        'mailconnectorstatus', 'mailconnectorlogin', 'mailconnectortoken', 'mailconnectorlink',
        'mailconnectorrelate', 'mailconnectormail', 'mailconnectorfile', 'mailconnectorfill', 'mailconnectortakeback', 'mailconnectorcomment', 'mailconnectorfind',
        'mailconnectorsearch', 'mailconnectorrecord', 'mailconnectorforms', 'mailconnectorcreate', 'mailconnectoraddaddress', 'mailconnectorrenew', 'mailconnectorlogout', 'mailconnectordevices',
        'mailconnectorrevoke',
    ];
    private const FILE = 'modules/MailConnector/operations.php';
    private const TABLES = ['settings', 'devices', 'codes', 'challenges', 'failures', 'links', 'spent', 'made', 'log'];
    private const FIELD = 'Outlook Mail Connector';
    private const PAGE = 'index.php?module=MailConnector&action=Administration&parenttab=Settings';

    /** Make the operations and the entry in the settings; what was there before is replaced. */
    public function register(): void
    {
        $this->unregister();
        $this->addTables();
        (new Indexes())->add();
        require_once 'include/Webservices/Utils.php';
        foreach (self::OPERATIONS as $name) {
            vtws_addWebserviceOperation($name, self::FILE, $name, 'POST', 1, $name);
        }
        $this->addSettingsEntry();
    }

    /** Take the operations and the entry away. Tokens stay, and work again after the next registration. */
    public function unregister(): void
    {
        global $adb, $table_prefix;
        // By their file: an earlier version may have had others.
        $result = $adb->pquery("SELECT operationid FROM {$table_prefix}_ws_operation WHERE handler_path = ?", [self::FILE]);
        while ($result && ($row = $adb->fetchByAssoc($result, -1, false))) {
            $adb->pquery("DELETE FROM {$table_prefix}_ws_operation_parameters WHERE operationid = ?", [$row['operationid']]);
            $adb->pquery("DELETE FROM {$table_prefix}_ws_operation WHERE operationid = ?", [$row['operationid']]);
        }
        $adb->pquery("DELETE FROM {$table_prefix}_settings_field WHERE name = ? AND linkto = ?", [self::FIELD, self::PAGE]);
    }

    /** Drop the component's own tables, with tokens, settings and the licence. */
    public function dropTables(): void
    {
        (new Indexes())->drop();
        global $adb, $table_prefix;
        foreach (self::TABLES as $table) {
            $adb->query("DROP TABLE IF EXISTS {$table_prefix}_mailconnector_$table");
            $adb->query("DROP TABLE IF EXISTS {$table_prefix}_mailconnector_{$table}_seq");
        }
    }

    /** Make the tables and columns that are missing: an update of the package does not look at the manifest's. */
    private function addTables(): void
    {
        global $table_prefix;
        require_once 'vtlib/Vtecrm/Utils.php';
        foreach (Tables::ADDED as $table => $schema) {
            if (!\Vtecrm_Utils::CheckTable("{$table_prefix}_mailconnector_$table")) {
                \Vtecrm_Utils::ExecuteSchema(str_replace('TABLEPREFIX', $table_prefix, $schema));
            }
        }
        foreach (Tables::ADDED_COLUMNS as $table => $columns) {
            foreach ($columns as $column => $kind) {
                \Vtecrm_Utils::AddColumn("{$table_prefix}_mailconnector_$table", $column, $kind);
            }
        }
    }

    private function addSettingsEntry(): void
    {
        require_once 'vtlib/Vtecrm/SettingsBlock.php';
        require_once 'vtlib/Vtecrm/SettingsField.php';
        $block = \Vtecrm_SettingsBlock::getInstance('LBL_OTHER_SETTINGS');
        if (!$block) {
            return;
        }
        $field = new \Vtecrm_SettingsField();
        $field->name = self::FIELD;
        $field->iconpath = 'ico-email.gif';
        $field->description = 'Licence, sign-in and devices of the Outlook add-in';
        $field->linkto = self::PAGE;
        $field->active = 0;
        $block->addField($field);
    }
}
