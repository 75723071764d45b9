"""What a stock vtenext answers, as measured on CE 20.04.3: the project's own table of the facts it relies on.

Each line is one call and what comes back. ``{…}`` in a text stands for an id of the sandbox's sample
records (see `ids`), so that no module id or record number is written down anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox_crm.crm import SandboxCrm

DENIED = "Permission to perform the operation is denied"
READ_DENIED = "Permission to read given object is denied"


@dataclass(frozen=True)
class Fact:
    """A call (JSON, as ``user``, None without credentials) and its answer.

    ``message`` is the text of a failure, ``data`` the whole data of a success, ``shape`` a type of it.
    """

    about: str
    operation: str
    given: dict[str, str]
    status: int = 200
    message: str | None = None
    data: Any = ...
    shape: type | None = None
    user: str | None = "admin"
    fatal: bool = False


def ids(crm: SandboxCrm) -> dict[str, str]:
    """The ids by which the facts name sample records, users and modules."""
    mary = crm.find("Contacts", lastname="Smith")
    stranger = crm.find("Contacts", lastname="Haugen")
    return {
        "mary": mary.id,
        "mary_number": mary.id.partition("x")[2],
        "company": crm.find("Accounts", accountname="Northwind Traders").id,
        "company_number": crm.find("Accounts", accountname="Northwind Traders").id.partition("x")[2],
        "as_company": crm.records.id("Accounts", int(mary.id.partition("x")[2])),
        "stranger": stranger.id,
        "sean": crm.find("Contacts", lastname="O'Brien").id,
        "missing": crm.records.id("Contacts", 99_999),
        "notice": crm.all_records("Notices")[0].id,
        "lead": crm.find("Leads", lastname="Smithson").id,
        "agent": crm.records.id("Users", 5),
    }


def _query(text: str) -> dict[str, str]:
    return {"query": text}


SYNTAX = "Syntax Error on line 1: token '{}' Unexpected {}, expected one of: {}"

FACTS = (
    # Routes and credentials
    Fact("no such operation", "nosuch", {}, 400, "There is no route for 'nosuch'."),
    Fact("an unknown operation is told before credentials are asked", "nosuch", {}, 400, user=None),
    Fact("no credentials", "listtypes", {}, 401, "Authentication failed - reason: no username supplied", user=None),
    Fact("no password", "loginpwd", {}, 500, "Invalid username or password", user=None),
    Fact("unknown user", "loginpwd", {"username": "nobody", "password": "x"}, 500, "Invalid username or password",
         user=None),
    # Modules
    Fact("modules", "listtypes", {"fieldTypeList": ""}, shape=dict),
    Fact("modules without the parameter", "listtypes", {}, shape=dict),
    Fact("a module that the profile hides", "describe", {"elementType": "Leads"}, 500, DENIED, user="agent"),
    Fact("a module that is not there", "describe", {"elementType": "Nope"}, 500, DENIED),
    Fact("describe without a module", "describe", {}, 500, DENIED),
    # Queries
    Fact("by e-mail", "query",
         _query("SELECT id,lastname FROM Contacts WHERE email = 'mary.smith@northwind.example';"),
         data=[{"id": "{mary}", "lastname": "Smith"}]),
    Fact("without regard to case", "query",
         _query("select id from Contacts where email = 'MARY.SMITH@Northwind.EXAMPLE';"), data=[{"id": "{mary}"}]),
    Fact("a doubled quote", "query",
         _query("SELECT firstname FROM Contacts WHERE lastname = 'O''Brien' AND id > '{mary}';"),
         data=[{"firstname": "Seán", "id": "{sean}"}]),
    Fact("a backslash escapes no quote", "query", _query("SELECT id FROM Contacts WHERE lastname = 'O\\'Brien';"), 500,
         SYNTAX.format("Brien", "COLUMNNAME(Brien)", "SEMICOLON")),
    Fact("no semicolon", "query", _query("SELECT id FROM Contacts"), 500,
         SYNTAX.format("Contacts", "End of Input(0)", "SEMICOLON")),
    Fact("a list of values", "query",
         _query("SELECT id FROM Contacts WHERE email IN ('mary.smith@northwind.example','x@y.example');"),
         data=[{"id": "{mary}"}]),
    Fact("count", "query", _query("SELECT count(*) FROM Contacts;"), data=[{"count": "25"}]),
    Fact("a reference", "query", _query("SELECT id FROM Contacts WHERE account_id = '{company}' LIMIT 1;"),
         data=[{"id": "{mary}"}]),
    Fact("references in a list", "query",
         _query("SELECT id FROM Contacts WHERE account_id IN ('{company}','{company}') LIMIT 0,1;"),
         data=[{"id": "{mary}"}]),
    Fact("a reference that is no id", "query", _query("SELECT id FROM Contacts WHERE account_id = 'Northwind';"), 500,
         "Id specified is incorrect"),
    Fact("id by record number", "query", _query("SELECT id FROM Contacts WHERE id = '{as_company}';"),
         data=[{"id": "{mary}"}]),
    Fact("id is always told", "query", _query("SELECT lastname FROM Contacts WHERE id = '{mary}';"),
         data=[{"lastname": "Smith", "id": "{mary}"}]),
    Fact("unknown module", "query", _query("SELECT * FROM Nope;"), 500, f"{DENIED} for name"),
    Fact("unknown field", "query", _query("SELECT id,foo FROM Contacts;"), 500,
         "Permission to access '.foo.' attribute denied."),
    Fact("unknown field in a condition", "query", _query("SELECT id FROM Contacts WHERE foo = '1';"), 500,
         "Permission to access foo attribute denied."),
    Fact("hidden field", "query", _query("SELECT birthday FROM Contacts;"), 500,
         "Permission to access '.birthday.' attribute denied.", user="agent"),
    Fact("denied module", "query", _query("SELECT id FROM Leads;"), 500, DENIED, user="agent"),
    Fact("records of others are left out", "query", _query("SELECT id FROM Contacts WHERE lastname = 'Haugen';"),
         data=[], user="agent"),
    Fact("users are not for everybody", "query", _query("SELECT id,user_name FROM Users;"), 500,
         "Permission to access '.user_name.' attribute denied.", user="agent"),
    Fact("folders end in a fatal error", "query", _query("SELECT * FROM DocumentFolders;"), 500,
         "Call to undefined method VtenextCRMActorMeta::getEntitylistQueryNonAdminChange()", fatal=True),
    Fact("an empty value is no token", "query", _query("SELECT id FROM Contacts WHERE email = '';"), 500,
         "Unexpected input at line1: '", fatal=True),
    # Single records
    Fact("a record", "retrieve", {"id": "{mary}"}, shape=dict),
    Fact("a record of others", "retrieve", {"id": "{stranger}"}, 500, READ_DENIED, user="agent"),
    Fact("no such record", "retrieve", {"id": "{missing}"}, 500, DENIED),
    Fact("an id of the wrong module", "retrieve", {"id": "{as_company}"}, 500, "Id specified is incorrect"),
    Fact("no id", "retrieve", {}, 500, f"{DENIED} for id"),
    # Searches
    Fact("search everywhere", "olclientsearch",
         {"modules": '["Contacts", "Leads", "HelpDesk"]', "search_text": "smith"},
         data=[["Contacts", "{mary}", "Mary Smith ", "CON1 "], ["Leads", "{lead}", "Smithson Mary ", "LEA2 "]]),
    Fact("search in fields", "oldoquery",
         {"module": "Contacts", "search_fields": '["lastname"]', "search_value": "MITH"},
         data=[{"contact_no": "CON1", "firstname": "Mary", "lastname": "Smith", "title": "Head of Purchasing",
                "account_id": "{company_number}", "email": "mary.smith@northwind.example", "phone": "",
                "assigned_user_id": "5", "": "{mary_number}", "id": "{mary}"}]),
    Fact("languages", "getlangs", {}, data={"it_it": "IT Italiano", "en_us": "US English"}, user="agent"),
    Fact("labels", "getlabels", {"username": "agent", "language": "it_it", "module": "Contacts"}, shape=dict),
    Fact("menu", "getmenulist", {}, shape=dict, user="agent"),
    # Writing
    Fact("a mail without messageid dies", "create", {"elementType": "Messages", "element": '{"subject": "x"}'}, 500,
         "Call to protected method PHPMailer\\PHPMailer\\PHPMailer::ServerHostname() from context 'Messages'",
         fatal=True),
    Fact("a mandatory field", "create", {"elementType": "Contacts", "element": '{"firstname": "Ada"}'}, 500,
         "lastname does not have a value"),
    Fact("no element", "create", {"elementType": "Contacts"}, 500, "lastname does not have a value"),
    Fact("no parameters at all", "create", {}, 500, DENIED),
    Fact("creating what the profile hides", "create", {"elementType": "Leads", "element": '{"lastname": "x"}'}, 500,
         DENIED, user="agent"),
    Fact("deleting what is not there", "delete", {"id": "{missing}"}, data=None),
    Fact("relating without a list", "relate", {"id": "{mary}"}, 500, "Relatelist must be an array"),
    Fact("relating to a missing record", "relate", {"id": "{mary}", "relatelist": '["{missing}"]'}, 500,
         "There is no relation with module "),
    Fact("relating to a module without relation", "relate", {"id": "{mary}", "relatelist": '["{notice}"]'}, 500,
         "There is no relation with module Notices"),
)  # fmt: skip

NAMES = """
Calendar: subject; Leads: lastname,firstname lead_no; Accounts: accountname account_no; Contacts:
lastname,firstname contact_no; Potentials: potentialname potential_no; Products: productname product_no;
Documents: notes_title note_no; Emails: subject; HelpDesk: ticket_title ticket_no; Faq: question faq_no; Vendors:
vendorname vendor_no; PriceBooks: bookname pricebook_no; Quotes: subject quote_no; PurchaseOrder: subject
purchaseorder_no; SalesOrder: subject salesorder_no; Invoice: subject invoice_no; Campaigns: campaignname
campaign_no; Events: subject; Users: last_name,first_name; Reports: ; Ddt: ddt_no ddt_no; Sms: description;
Services: servicename service_no; Timecards: sortorder; Assets: assetname asset_no; Charts: chartname; Myfiles:
filename myfiles_no; ProjectMilestone: projectmilestonename projectmilestone_no; ProjectTask: projecttaskname
projecttask_no; JobOrder: jobordername joborder_no; ProjectPlan: projectname project_no; ModComments:
commentcontent; MyNotes: subject; PBXManager: callfrom; Visitreport: visitreportname visitreport_no;
ServiceContracts: subject contract_no; Targets: targetname target_no; Newsletter: newslettername newsletter_no;
Fax: subject; Messages: subject; ProductLines: productlinename; Processes: process_name; Employees:
lastname,firstname; ConfProducts: productname; ModLightProdAttr: attr_name; Groups: groupname; Currency:
currency_name; DocumentFolders: foldername
"""
"""By what a module's records are called (``labelFields`` of ``describe``), and its field for their number, if any."""
