<?php
/**
 * The functions that vtenext's web service layer calls. They take no registered parameters, so that neither the audit trail
 * nor the layer's conversions get hold of passwords: everything is read from the request itself.
 */

require_once __DIR__ . '/pure/autoload.php';

function mailconnectorstatus(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectorlogin(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectortoken(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectorrelate(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectorlink(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectormail(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectorfile(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectorfill(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectortakeback(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectorcomment(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectorfind(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectorsearch(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectorrecord(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectorrenew(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectorlogout(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectordevices(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectorrevoke(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectorforms(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectorcreate(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}

function mailconnectoraddaddress(): array
{
    return MailConnector\Crm\Component::answer(__FUNCTION__);
}
