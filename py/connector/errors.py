"""Everything that can go wrong, as one tree.

Each class has a ``code``; `connector.app.texts` holds the sentence and the next step for it.
``details`` fill the sentence's placeholders and never hold a secret.

    ConnectorError
     ├── CrmAddressError           the CRM's address can't be used
     │    ├── CrmAddressInvalid
     │    └── CrmAddressInsecure
     ├── OfficeError               Outlook did not give what was asked
     │    ├── NoMailOpen
     │    ├── MailChanged
     │    ├── OfficeTimeout
     │    ├── OfficeCallFailed
     │    │    ├── BodyUnreadable
     │    │    └── MessageDoubted
     │    ├── OfficeTooOld
     │    └── SourceError          another source of the mail's content did not give it
     │         ├── GraphFailed
     │         ├── GraphUnreadable
     │         ├── GraphFileMissing
     │         ├── SourceRefused
     │         │    ├── GraphNoBridge
     │         │    ├── GraphNotHere
     │         │    ├── GraphAdminNeeded
     │         │    ├── GraphNotAllowed
     │         │    ├── GraphConditions
     │         │    ├── GraphSetup
     │         │    ├── GraphDenied
     │         │    └── GraphMailMissing
     │         ├── PressNeeded
     │         │    ├── GraphConsent
     │         │    ├── GraphExpired
     │         │    ├── GraphClosed
     │         │    └── GraphPopupBlocked
     │         └── SourceBusy
     │              ├── GraphBusy
     │              └── GraphUnreachable
     ├── OfficeMissing             the pane has no office.js
     ├── ReachError                the CRM gave no answer that can be read
     │    ├── Offline
     │    ├── CrmUnreachable
     │    ├── CrmHidden
     │    ├── CrmAway
     │    ├── CrmInterrupted
     │    ├── CrmRedirects
     │    ├── CrmTimeout
     │    └── UploadStalled
     ├── AnswerError               the CRM answered, with a refusal
     │    ├── SignInRefused
     │    │    ├── PasswordWrong
     │    │    ├── UserInactive
     │    │    ├── CodeWrong
     │    │    ├── CodeExpired
     │    │    ├── TooManyAttempts
     │    │    └── GrantRefused
     │    ├── SignInNeeded
     │    ├── PermissionDenied
     │    ├── RecordRefused
     │    ├── RelationMissing
     │    ├── FormIncomplete
     │    ├── FieldRefused
     │    ├── NoEmptyField
     │    ├── OperationMissing
     │    ├── CrmUnavailable
     │    ├── RequestTooLarge
     │    ├── CrmFault
     │    └── AnswerUnreadable
     ├── ComponentError            the CRM's Mail Connector component does not let this pane work
     │    ├── ComponentMissing
     │    ├── LicenceMissing
     │    ├── LicenceExpired
     │    ├── NoSeat
     │    ├── PaneTooOld
     │    ├── PaneTooNew
     │    ├── PageNotOffered
     │    └── OtherAddress
     ├── PageError                 the CRM's own sign-in page did not lead back
     │    ├── PageBlocked
     │    ├── PageClosed
     │    ├── PageForeign
     │    └── PageOfOtherCrm
     └── LinkError                 the link can't be made as planned
          ├── NothingLinkable
          ├── MessagesDenied
          ├── MailTooLarge
          ├── TakeBackFailed
          └── OtherSession
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar


class ConnectorError(Exception):
    """The root. ``details`` maps placeholder names to short texts for the sentence shown to the user."""

    code: ClassVar[str] = "unexpected"

    def __init__(self, **details: str) -> None:
        super().__init__(self.code, details)
        self.details = details


class CrmAddressError(ConnectorError):
    """The text given as the CRM's address can't be used."""

    code = "crm-address"


class CrmAddressInvalid(CrmAddressError):
    """It is no address of a web server. Details: ``given``."""

    code = "crm-address-invalid"


class CrmAddressInsecure(CrmAddressError):
    """It asks for plain http somewhere other than this machine. Details: ``given``."""

    code = "crm-address-insecure"


class OfficeError(ConnectorError):
    """Outlook did not give what was asked."""

    code = "office"


class NoMailOpen(OfficeError):
    """No mail is selected."""

    code = "no-mail"


class MailChanged(OfficeError):
    """Another mail was selected before anything was stored. Details: ``subject`` of the abandoned one."""

    code = "mail-changed"


class OfficeTimeout(OfficeError):
    """An Office call did not come back in time. Details: ``what`` was read."""

    code = "office-timeout"


class OfficeCallFailed(OfficeError):
    """An Office call came back with an error. Details: ``what``, ``reason``."""

    code = "office-failed"


class BodyUnreadable(OfficeCallFailed):
    """Outlook hands out the mail's text in no form at all. Details: ``reason``."""

    code = "body-unreadable"


class MessageDoubted(OfficeCallFailed):
    """What came as the whole message is another mail, or none (a server's page). Details: ``what``, ``reason``."""

    code = "message-doubted"


class OfficeTooOld(OfficeError):
    """Outlook is too old to offer the call. Details: ``what``."""

    code = "office-too-old"


class SourceError(OfficeError):
    """Another source than Outlook did not give what was asked. Details: ``reason`` in its own words, where it gave one.

    `connector.ports.content` says what each means for whoever asks.
    """

    code = "source"


class SourceRefused(SourceError):
    """It will not give it, however often it is asked."""

    code = "source-refused"


class PressNeeded(SourceError):
    """The user has to sign in there, or to agree, before it gives anything."""

    code = "press-needed"


class SourceBusy(SourceError):
    """It has too much to do, or it broke off. Details: ``seconds`` to wait, where it said so."""

    code = "source-busy"


class GraphFailed(SourceError):
    """Microsoft 365 did not give it, for a reason that this program does not know."""

    code = "graph"


class GraphUnreadable(SourceError):
    """What came back is not Graph's answer."""

    code = "graph-unreadable"


class GraphFileMissing(SourceError):
    """Graph does not have the file, or it can't be known which of several it is."""

    code = "graph-file-missing"


class GraphNoBridge(SourceRefused):
    """Outlook does not sign add-ins in here (nested app authentication)."""

    code = "graph-no-bridge"


class GraphNotHere(SourceRefused):
    """The mailbox is none of Microsoft 365: Outlook.com, or a server of the organization."""

    code = "graph-not-here"


class GraphAdminNeeded(SourceRefused):
    """Only an administrator may allow the pane to read mails."""

    code = "graph-admin-needed"


class GraphNotAllowed(SourceRefused):
    """The user did not allow it."""

    code = "graph-not-allowed"


class GraphConditions(SourceRefused):
    """The organization's conditional access does not let the pane in."""

    code = "graph-conditions"


class GraphSetup(SourceRefused):
    """Microsoft Entra does not know the pane as it is set up, or not for this user."""

    code = "graph-setup"


class GraphDenied(SourceRefused):
    """The user, or the permission given, may not read this mail."""

    code = "graph-denied"


class GraphMailMissing(SourceRefused):
    """The mail is not where it is looked for."""

    code = "graph-mail-missing"


class GraphElsewhere(SourceRefused):
    """The mail lies in another mailbox than the one that Graph opens for this user."""

    code = "graph-elsewhere"


class GraphConsent(PressNeeded):
    """Nobody has allowed the pane to read the mail yet."""

    code = "graph-consent"


class GraphExpired(PressNeeded):
    """The sign-in at Microsoft has ended, or the organization asks for more than it."""

    code = "graph-expired"


class GraphClosed(PressNeeded):
    """The user closed Microsoft's window."""

    code = "graph-closed"


class GraphPopupBlocked(PressNeeded):
    """Outlook or the browser did not let Microsoft's window open."""

    code = "graph-popup-blocked"


class GraphBusy(SourceBusy):
    """Microsoft 365 is busy, or wants fewer requests, for longer than anybody waits."""

    code = "graph-busy"


class GraphUnreachable(SourceBusy):
    """Graph gave no answer, or one that broke off again and again. Details: ``host``."""

    code = "graph-unreachable"


class GraphSilent(OfficeTimeout):
    """Nothing more came of Graph's answer. Details: ``host``."""

    code = "graph-silent"


class OfficeMissing(ConnectorError):
    """Microsoft's office.js could not be loaded."""

    code = "office-missing"


class ReachError(ConnectorError):
    """The CRM gave no answer that could be read. Details: ``host``."""

    code = "crm-reach"


class Offline(ReachError):
    """The device says that it has no network."""

    code = "offline"


class CrmUnreachable(ReachError):
    """Nothing answers at the address: name, TLS, firewall, VPN, or the server is down."""

    code = "crm-unreachable"


class CrmHidden(ReachError):
    """A server is there, but the browser may not read its answer: wrong path, error page, CORS."""

    code = "crm-hidden"


class CrmAway(ReachError):
    """A server answers where the CRM had answered before, but not the CRM: busy, restarting, down for maintenance."""

    code = "crm-away"


class CrmInterrupted(ReachError):
    """The CRM, which answers otherwise, broke off. Details: ``why`` is ``upload`` where files were on their way."""

    code = "crm-interrupted"


class CrmRedirects(ReachError):
    """The CRM's server leads on to another address. Details: ``why`` is ``followed`` where the browser went there."""

    code = "crm-redirects"


class CrmTimeout(ReachError):
    """The CRM did not answer in time."""

    code = "crm-timeout"


class UploadStalled(ReachError):
    """An upload made no progress for too long."""

    code = "upload-stalled"


class AnswerError(ConnectorError):
    """The CRM answered, with a refusal. Details: ``reason`` in the CRM's own words, where it gave one."""

    code = "crm-refused"


class SignInRefused(AnswerError):
    """User name or password are wrong, or the user is locked: vtenext answers the same to both."""

    code = "sign-in-refused"


class PasswordWrong(SignInRefused):
    """User name or password are wrong, and the component tells it: further tries have to wait, but nobody is locked."""

    code = "password-wrong"


class UserInactive(SignInRefused):
    """The user is deactivated in the CRM."""

    code = "user-inactive"


class CodeWrong(SignInRefused):
    """The second factor's code is wrong. Details: ``remaining`` attempts."""

    code = "code-wrong"


class CodeExpired(SignInRefused):
    """The second factor's code has expired."""

    code = "code-expired"


class TooManyAttempts(SignInRefused):
    """Too many sign-ins failed from this address, or of this user. Details: ``seconds`` to wait."""

    code = "too-many-attempts"


class GrantRefused(SignInRefused):
    """The CRM does not take what its sign-in page gave: too late, used before, or meant for another pane."""

    code = "grant-refused"


class SignInNeeded(AnswerError):
    """The access key or the component's token is not accepted (any more): 401. Details: ``why``, where it is said."""

    code = "sign-in-needed"


class PermissionDenied(AnswerError):
    """The user's profile does not allow this."""

    code = "permission-denied"


class RecordRefused(AnswerError):
    """The CRM does not show this record to the user, or it is gone. Details: ``record``.

    ``gone`` is ``yes`` among them where the CRM says that it was deleted.
    """

    code = "record-refused"


class FormIncomplete(AnswerError):
    """The CRM's own page asks for a field that can't be given here. Details: ``label``."""

    code = "form-incomplete"


class FieldRefused(AnswerError):
    """The CRM does not take what stands in a field of a form. Details: ``field``, by the contract's name for it."""

    code = "field-refused"


class NoEmptyField(AnswerError):
    """Each mail field of the record that the user may edit holds another address."""

    code = "no-empty-field"


class RelationMissing(AnswerError):
    """The module has no Messages (or Documents) relationship. Details: ``module``."""

    code = "relation-missing"


class OperationMissing(AnswerError):
    """The CRM is well and does not have the operation: another version, or switched off. Details: ``operation``."""

    code = "operation-missing"


class CrmUnavailable(AnswerError):
    """vtenext answers, but none of its operations is there: its database is away. Details: ``host``."""

    code = "crm-unavailable"


class RequestTooLarge(AnswerError):
    """A limit of the web server refused the size of the request."""

    code = "request-too-large"


class CrmFault(AnswerError):
    """The CRM failed on its own account (its error 500)."""

    code = "crm-fault"


class AnswerUnreadable(AnswerError):
    """What came back is not an answer of vtenext: empty, cut off, or a web page."""

    code = "answer-unreadable"


UNSETTLED = (ReachError, CrmFault, AnswerUnreadable)
"""After these nobody knows what became of a request: a CRM may break off when it has saved already."""


class ComponentError(ConnectorError):
    """The CRM's Mail Connector component does not let this pane work. Details: ``host``."""

    code = "component"


class ComponentMissing(ComponentError):
    """The component is not installed on the CRM, or switched off, and cannot be done without."""

    code = "component-missing"


class LicenceMissing(ComponentError):
    """No licence is activated on the CRM."""

    code = "licence-missing"


class LicenceExpired(ComponentError):
    """The licence on the CRM has ended. Details: ``until``."""

    code = "licence-expired"


class NoSeat(ComponentError):
    """All seats of the licence are taken. Details: ``seats``."""

    code = "no-seat"


class PaneTooOld(ComponentError):
    """The pane is older than the CRM's component accepts. Details: ``pane``, ``component``, ``wanted``."""

    code = "pane-too-old"


class PaneTooNew(ComponentError):
    """The pane is newer than the CRM's component knows. Details: ``pane``, ``component``, ``wanted``."""

    code = "pane-too-new"


class PageNotOffered(ComponentError):
    """The CRM offers no sign-in page for the pane."""

    code = "page-not-offered"


class OtherAddress(ComponentError):
    """The CRM has another address than the one at which it was asked. Details: ``address``, its own."""

    code = "other-address"


class PageError(ConnectorError):
    """The CRM's own sign-in page did not lead back to the pane. Details: ``host``."""

    code = "page"


class PageBlocked(PageError):
    """Outlook or the browser did not let the window open."""

    code = "page-blocked"


class PageClosed(PageError):
    """The window was closed, or the user said no."""

    code = "page-closed"


class PageForeign(PageError):
    """The window brought an answer that was not asked for."""

    code = "page-foreign"


class PageOfOtherCrm(PageError):
    """The window brought an answer of another CRM than the one that was asked, or one that does not say whose it is."""

    code = "page-of-other-crm"


class LinkError(ConnectorError):
    """The link can't be made as planned."""

    code = "link"


class NothingLinkable(LinkError):
    """None of the chosen records can take a mail; nothing is left in the CRM. Details: ``modules``."""

    code = "nothing-linkable"


class MessagesDenied(LinkError):
    """The user's profile does not allow storing mails."""

    code = "messages-denied"


class MailTooLarge(LinkError):
    """The mail alone, without its files, is more than the CRM's server takes.

    Details: ``size`` of the mail in bytes, ``limit`` in bytes where the server has named it.
    """

    code = "mail-too-large"


class TakeBackFailed(LinkError):
    """The CRM refused to remove what a link had stored. Details: ``subject``, ``reason``."""

    code = "take-back-failed"


class OtherSession(LinkError):
    """Somebody else signed in while a link was unfinished. Details: ``user``."""

    code = "other-session"


@dataclass(frozen=True)
class Problem:
    """Why something is not as it should be: a code of `connector.app.texts` and its details."""

    code: str
    details: Mapping[str, str] = field(default_factory=dict)
