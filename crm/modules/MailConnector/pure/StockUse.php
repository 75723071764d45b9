<?php

namespace MailConnector;

/**
 * Which functions of the CRM the operations for mails use, and with what. Everything that is handed over is made here from
 * values that were named, typed and checked: numbers of records, names of modules that the database told, and the fields of
 * `MailParameter` and `NewRecords`. No query, no name of a field or module, no owner and no operation's name comes from a client.
 *
 * A test compares this table with what crm/Mails.php, crm/Records.php and crm/Forms.php call.
 */
final class StockUse
{
    /** Functions that read, by name: what they are given. */
    public const READING = [
        'isPermitted' => 'a module from the database or ModComments, index, EditView, DetailView or Delete, a record number',
        'vtlib_isModuleActive' => 'a module from the database',
        'getTabid' => 'Messages or Documents',
        'retrieveCurrentUserInfoFromFile' => 'the number of the token\'s user',
        'getFieldVisibilityPermission' => 'a module and a field from the database, the token\'s user',
        'getNonAdminAccessControlQuery' => 'a module from the database, the token\'s user: the join that sharing asks for',
        'retrieve_entity_info_no_html' => 'a record that was checked (Targets), its module from the database',
        'getAttachmentsInfo' => 'nothing, of an own mail',
    ];

    /** Functions that write, by operation. */
    public const WRITING = [
        'mailconnectorlink' => [
            'Messages::save' => 'the fields of MailParameter, the token\'s user as owner',
            'Messages::overrideTimezone' => 'default: the server\'s clock',
            'Messages::save_related_module' => 'an own mail, a record that was checked (Targets) or a Document of its own',
            'Documents::save' => 'title, kind, folder, the token\'s user as owner; one file of the request by $_FILES',
            'Documents::autoSetBUMC' => 'Documents, the token\'s user',
            'Documents::save_related_module' => 'a Document of an own mail, a record that was checked (Targets)',
        ],
        'mailconnectorfile' => [
            'Documents::save' => 'as for mailconnectorlink; or an https address',
            'Documents::autoSetBUMC' => 'Documents, the token\'s user',
            'Messages::save_related_module' => 'an own mail, a Document of its own',
            'Documents::save_related_module' => 'a Document of an own mail, a record that was checked (Targets)',
        ],
        'mailconnectorrelate' => [
            'Messages::save_related_module' => 'an own mail, a record that was checked (Targets) or a Document of its own',
            'Documents::save_related_module' => 'a Document of an own mail, a record that was checked (Targets)',
        ],
        'mailconnectorcreate' => [
            'Contacts::save' => 'the fields of NewRecords, the token\'s user as owner',
            'Leads::save' => 'the same',
            'Accounts::save' => 'the same',
            'HelpDesk::save' => 'the same',
            'Contacts::autoSetBUMC' => 'the module, the token\'s user; so for the other three',
        ],
        'mailconnectoraddaddress' => [
            'Contacts::save' => 'the record as the CRM told it, one empty field of NewAddress filled in',
            'Contacts::overrideTimezone' => 'default: the server\'s clock; so for the other two',
            'Leads::save' => 'the same',
            'Accounts::save' => 'the same',
        ],
        'mailconnectorcomment' => [
            'ModComments::save' => 'a line of text without markup, a record that was checked (Targets) and has the mail, the token\'s user as owner',
        ],
        'mailconnectorfill' => [
            'Messages::magicHTML' => 'the parameter html: the CRM\'s own cleaning',
            'Messages::saveCleanedBody' => 'an own mail, what magicHTML made',
        ],
        'mailconnectortakeback' => [
            'Messages::unlinkRelationship' => 'an own mail, a record that a link of this user related',
            'Documents::unlinkRelationship' => 'a Document that a link of this user stored, such a record',
            'Messages::trash' => 'an own mail that a link of this user stored',
            'Documents::trash' => 'a Document that a link of this user stored',
            'ModComments::trash' => 'a comment that a link of this user wrote',
        ],
    ];

    /** In each operation that changes something: the audit trail gets operation, module and record, nothing else. */
    public const AUDIT = 'AuditTrail::processWS';
}
