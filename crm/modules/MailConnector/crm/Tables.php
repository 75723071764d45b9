<?php

namespace MailConnector\Crm;

/** The component's tables and columns that came after its first version, as manifest.xml makes them in a new installation. */
final class Tables
{
    /** What links of users stored (recordid 0) and related, so that it can be taken back. */
    public const ADDED = ['links' => <<<'XML'
<?xml version="1.0"?>
<schema version="0.3">
    <table name="TABLEPREFIX_mailconnector_links">
        <opt platform="mysql">ENGINE=InnoDB</opt>
        <field name="sourceid" type="I" size="19"><KEY/></field>
        <field name="recordid" type="I" size="19"><KEY/></field>
        <field name="userid" type="I" size="19"/>
        <field name="place" type="I" size="5"/>
        <field name="made_at" type="N" size="15.0"/>
    </table>
</schema>
XML
        ,
        // Tokens that another has followed.
        'spent' => <<<'XML'
<?xml version="1.0"?>
<schema version="0.3">
    <table name="TABLEPREFIX_mailconnector_spent">
        <opt platform="mysql">ENGINE=InnoDB</opt>
        <field name="token_hash" type="C" size="64"><KEY/></field>
        <field name="deviceid" type="I" size="19"/>
    </table>
</schema>
XML
        ,
        // Records that were made of a mail, so that the same request makes no second one.
        'made' => <<<'XML'
<?xml version="1.0"?>
<schema version="0.3">
    <table name="TABLEPREFIX_mailconnector_made">
        <opt platform="mysql">ENGINE=InnoDB</opt>
        <field name="mark" type="C" size="64"><KEY/></field>
        <field name="recordid" type="I" size="19"/>
        <field name="made_at" type="N" size="15.0"/>
    </table>
</schema>
XML
        ,
        'log' => <<<'XML'
<?xml version="1.0"?>
<schema version="0.3">
    <table name="TABLEPREFIX_mailconnector_log">
        <opt platform="mysql">ENGINE=InnoDB</opt>
        <field name="logid" type="I" size="19"><KEY/></field>
        <field name="noted_at" type="N" size="15.0"/>
        <field name="event" type="C" size="20"/>
        <field name="userid" type="I" size="19"/>
        <field name="byid" type="I" size="19"/>
        <field name="address" type="C" size="64"/>
        <field name="detail" type="C" size="100"/>
        <index name="mailconnector_log_noted"><col>noted_at</col></index>
    </table>
</schema>
XML
    ];

    /** Kind by column by table. */
    public const ADDED_COLUMNS = [
        'devices' => ['opened_at' => 'N(15.0)', 'used_at' => 'N(15.0)', 'address_mark' => 'C(64)', 'seed' => 'C(64)'],
        'failures' => ['name_mark' => 'C(64)'],
        'challenges' => ['wrong' => 'I(5)', 'wrong_since' => 'N(15.0)', 'sendings' => 'I(5)', 'sendings_since' => 'N(15.0)'],
    ];
}
