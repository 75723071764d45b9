<?php

namespace MailConnector\Crm;

use MailConnector\RecordId;
use MailConnector\StockOperations;

/** The CRM's own web service operations, found where the CRM registers them and called as its REST layer does. */
final class WebServices implements StockOperations
{
    private array $registered = [];

    public function run(string $operation, array $parameters, int $user)
    {
        global $current_user;
        require_once 'include/Webservices/Utils.php';
        require_once 'include/Webservices/WebServiceError.php';
        $current_user = \CRMEntity::getInstance('Users');
        $current_user->retrieveCurrentUserInfoFromFile($user);
        // Some operations look here for the caller's name.
        $_SERVER['PHP_AUTH_USER'] = $current_user->column_fields['user_name'];
        [$file, $function, $expected] = $this->registered($operation);
        $values = [];
        foreach ($expected as $name => $type) {
            $value = $parameters[$name] ?? null;
            $value = is_string($value) && $value !== '' && $value !== '0' ? $value : null;
            $values[$name] = strtolower($type) === 'encoded' && $value !== null ? json_decode($value, true) : $value;
        }
        if ($operation === 'create') {
            $values['element'] = $this->owned($values['element'] ?? null, $user);
        }
        $this->audit($operation, $values, $current_user);
        require_once $file;
        return $function(...array_merge(array_values($values), [$current_user]));
    }

    public function maySee(string $id, int $user): bool
    {
        global $current_user;
        if (!preg_match('/^\d{1,9}x(\d{1,15})$/D', $id, $part)) {
            return false;
        }
        $current_user = \CRMEntity::getInstance('Users');
        $current_user->retrieveCurrentUserInfoFromFile($user);
        $module = getSalesEntityType($part[1]);
        return !$module || isPermitted($module, 'DetailView', $part[1]) === 'yes';
    }

    public function module(string $id): string
    {
        $known = RecordId::of($id);
        $mails = new Mails();
        $module = $known === null ? '' : $mails->module($known->number);
        return $module !== '' && $mails->id($module, $known->number) === $id ? $module : '';
    }

    public function refusal(): \Exception
    {
        require_once 'include/Webservices/WebServiceError.php';
        return new \WebServiceException(\WebServiceErrorCode::$ACCESSDENIED, 'Permission to read given object is denied');
    }

    public function missing(): \Exception
    {
        require_once 'include/Webservices/WebServiceError.php';
        return new \WebServiceException(\WebServiceErrorCode::$RECORDNOTFOUND, 'Record you are trying to access is not found');
    }

    public function isRefusal(\Exception $error): bool
    {
        return $error instanceof \WebServiceException;
    }

    /** File, function and parameters (type by name) of an operation, looked up once in a request. */
    private function registered(string $operation): array
    {
        if (!isset($this->registered[$operation])) {
            $this->registered[$operation] = $this->registration($operation);
        }
        return $this->registered[$operation];
    }

    private function registration(string $operation): array
    {
        global $adb, $table_prefix;
        $query = "SELECT operationid, handler_path, handler_method FROM {$table_prefix}_ws_operation WHERE rest_name = ?";
        $result = $adb->pquery($query, [$operation]);
        $row = $result ? $adb->fetchByAssoc($result, -1, false) : null;
        if (!$row) {
            throw new \WebServiceException(\WebServiceErrorCode::$UNKNOWNOPERATION, 'Unknown operation requested');
        }
        $query = "SELECT name, type FROM {$table_prefix}_ws_operation_parameters WHERE operationid = ? ORDER BY sequence";
        $result = $adb->pquery($query, [$row['operationid']]);
        $expected = [];
        while ($result && ($parameter = $adb->fetchByAssoc($result, -1, false))) {
            $expected[$parameter['name']] = $parameter['type'];
        }
        return [$row['handler_path'], $row['handler_method'], $expected];
    }

    /**
     * A new record's values, owned by the caller where nothing else is said: the stock REST layer does that before the
     * operation.
     *
     * @param mixed $element
     * @return mixed
     */
    private function owned($element, int $user)
    {
        if (is_array($element) && !isset($element['assigned_user_id'])) {
            $element['assigned_user_id'] = vtws_getWebserviceEntityId('Users', $user);
        }
        return $element;
    }

    /** Write the operation into the CRM's audit trail, where that is on, as the stock layer does. */
    private function audit(string $operation, array $values, $user): void
    {
        if (!is_file('modules/Settings/AuditTrail.php')) {
            return;
        }
        require_once 'modules/Settings/AuditTrail.php';
        if (class_exists('AuditTrail') && method_exists('AuditTrail', 'processWS')) {
            (new \AuditTrail())->processWS($operation, $values + ['elementType' => '', 'module' => '', 'id' => '', 'element' => ''], $user);
        }
    }
}
