"""Senders that nobody answers to: programs, lists, relays, by their address, their name and the mail's head.

is_machine(Address("", "no-reply@shop.example"))       # True
spoken_for(Address("'Mary Smith' via Sales", "sales@lists.example"))        # "Mary Smith"
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from connector.mail.address import Address, domain_of, parse_addresses, public_domain
from connector.mail.addresslist import is_mail
from connector.mail.headers import Headers
from connector.mail.spelling import key, plain

_NO_REPLY = (
    "noreply noreplay noreplies donotreply dontreply nonreply noresponse noresponder norespond neverreply "  # en, es
    "donotrespond unattended unmonitored replynotpossible nonrispondere norispondere nonrisponda nonrisponde "  # it
    "keineantwort nichtantworten bittenichtantworten antwortnichtmoeglich nichtbeantworten "  # de
    "nepasrepondre nepasrepondez nerepondezpas pasdereponse sansreponse neplusrepondre "  # fr
    "noresponda norespondas nocontestar sinrespuesta naoresponda naoresponder naorespondas semresposta "  # es, pt
    "nietbeantwoorden geenantwoord nietantwoorden nereagujte neodpovidat neodpovidejte neodpovedajte "  # nl, cs, sk
    "nieodpowiadaj nieodpowiadac prosimynieodpowiadac svaraej svarainte ikkesvar svarikke besvaresikke "  # pl, sv, da
    "eivastata alavastaa vastaamatta nevalaszolj nevalaszoljon neodgovaraj neodgovarajte neodgovarjajte "  # fi, hu
    "nuraspunde nuraspundeti yanitlamayin cevaplamayin yanitlamayiniz otvetnetrebuetsya neotvechat"  # ro, tr, ru
).split()
PROGRAMS = frozenset(
    (
        "mailerdaemon mailer daemon mailsystem bounce bounces bounced return returns returnpath verp autoreply "
        "autoresponder autoresponse automailer automated automatic automail system systemmail robot bot mailbot "
        "mailrobot catchall webform webforms form forms formmail contactform kontaktformular formular formulaire "
        "formulario modulo wordpress joomla drupal typo magento prestashop shopify www wwwdata wwwrun apache httpd "
        "nginx nobody root cron anonymous website webserver webmailer php notification notifications "
        "notify notifier notice notices alert alerts benachrichtigung notifica notifiche notificaciones notificacoes "
        "messages hitreply invitations calendarnotification jira confluence gitlab github bugzilla redmine zendesk "
        "freshdesk postacertificata dse docusign adobesign echosign mailchimp sendgrid newsletter newsletters "
        "listserv quarantine majordomo mailman sympa listmaster postmaster formresponse formresponses formsubmission "
        "formsubmissions submission submissions formnotification transcript transcripts chattranscript fax faxserver "
        "faxgateway efax voicemail voicemails voicemessage voicemessages unitymessaging scanner scan scans kopierer "
        "copier printer mfp otrs messagingservice messageservice"
    ).split()
)
"""The letters of addresses that programs write from, without digits: ``typo3``."""
_TAILS = (
    "noreply",
    "donotreply",
    "bounces",
    "bounce",
    "bounceadmin",
    "notifications",
    "notification",
    "listrequest",
    "dmarcrequest",
    "hitreply",
)
_HOSTS = frozenset("bounce bounces em email mailer mta return returns bnc".split())
_WAYS_BACK = frozenset("noreply donotreply reply replies bounce bounces inbound notification notifications".split())
_DAEMONS = frozenset("mailerdaemon postmaster mailsystem maildaemon maildeliverysystem maildeliverysubsystem".split())
_EXCHANGE = re.compile(r"microsoftexchange[0-9a-f]{16,}")
_WORDS = frozenset(
    "noreply mailerdaemon bounces bounce donotreply form forms webform formular formulaire formulario submission "
    "submissions".split()
)
_LIST_PROGRAM = re.compile(r".+-(?:request|owner)|owner-.+|dmarc-no-?reply")
"""``talk-request``, and what FreeLists writes in place of an author."""
_SERVICE = re.compile(rf"dse[_-]\w+|{_LIST_PROGRAM.pattern}")
"""DocuSign's senders, ``dse_NA4``; and those of list programs."""
_TOKEN = re.compile(
    r"(?:reply|replies|re|inbound|incoming|comment|thread|conversation|conv|parse)[+=_-](?=[^@]*\d)[\w+=.-]{6,}"
    r"|[\w.-]+\+(?:id|case|ticket|req)[._-]?(?=[^@]*\d)[\w-]{4,}"
)
"""Where a program takes an answer: ``reply+8K2Q``, ``support+id8WKX2M-4Y0P``."""
_AT = re.compile(r"(?i)(?<=[\w])\s*(?:\((?:a|at)\)|\[(?:a|at)\]|\sat\s)\s*(?=[\w-]+\.\w)")
_NOT_LETTERS = re.compile(r"[^a-z]+")
_VIA = re.compile(
    r"""(?ix) ^ ['"\s]* (?P<name> [^'"\s].*? ) ['"\s]* \s [(\[]?
    (?: via | v\u00eda | \u00fcber | durch | attraverso | tramite | a\ trav\u00e9s\ del? | par | por\ meio\ d[aeo]
    | atrav\u00e9s\ d[aeo] | przez | za\ po\u015brednictwem | genom | gennem | gjennom | prin
    | prost\u0159ednictv\u00edm | \u0447\u0435\u0440\u0435\u0437 )
    \s+ (?P<by> \S.* ) $"""
)
_FOR = re.compile(
    r"""(?ix) ^ ['"\s]* (?: (?:sent\ )?on\ behalf\ of | per\ conto\ di | im\ auftrag\ von | f\u00fcr\ rechnung\ von
    | (?:de\ la\ part|au\ nom)\ de | en\ nombre\ de | em\ nome\ de | namens ) \s* :? \s* (?P<name> \S.*? ) ['"\s]* $"""
)
_BULK = frozenset({"bulk", "list", "junk", "auto_reply"})
_LISTS = ("List-Post", "X-BeenThere", "X-Mailing-List", "Mailing-List", "X-Loop", "List-Owner", "List-Help")
_MARKS = (
    "List-Id",
    "List-Post",
    "X-BeenThere",
    "X-Mailing-List",
    "Mailing-List",
    "X-Google-Group-Id",
    "X-Mailman-Version",
)
_JOINTS = re.compile(r"[._+=-]+")
_BETWEEN_WORDS = re.compile(r"[\s'\"()<>:,;]+")
_BESIDE_ADDRESSES = re.compile(r"(?i)mailto:|\blist\b(?=\s)|[;?][^>\s]*")
_ID = re.compile(r"<\s*([^<>@\s]+)\s*>|^\s*([^<>@\s]+\.[^<>@\s]+)\s*$")


@lru_cache(maxsize=4_000)
def is_machine(person: Address) -> bool:
    """Whether the address is one that a program writes from."""
    local = plain(person.mail).rpartition("@")[0]
    whole = _letters(local.partition("+")[0].partition("=")[0])
    if not whole:
        return False
    words = {_letters(one) for one in _JOINTS.split(_plain_letters(local))}
    return (
        whole in PROGRAMS
        or any(one in whole for one in _NO_REPLY)
        or whole.endswith(_TAILS)
        or (bool(words & _WORDS) and not public_domain(domain_of(person.mail)))
        or _SERVICE.fullmatch(_plain_letters(local)) is not None
        or _TOKEN.match(_plain_letters(local)) is not None
        or _EXCHANGE.match(_plain_letters(local)) is not None
        or _letters(_host(person.mail)) in _WAYS_BACK
        or (_host(person.mail) in _HOSTS and ("=" in local or len(local) > 30))
    )


def _host(mail: str) -> str:
    """The first part of a domain below another: ``reply`` of ``reply.shop.example``; empty for ``reply.example``."""
    first, _, rest = domain_of(mail).partition(".")
    return first if "." in rest else ""


def is_list_program(person: Address) -> bool:
    """Whether the address is one of a program that keeps a list, ``talk-request``."""
    return _LIST_PROGRAM.fullmatch(_plain_letters(plain(person.mail).rpartition("@")[0])) is not None


def is_daemon(person: Address) -> bool:
    """Whether a mail server wrote, which only does to say what became of another mail."""
    local = plain(person.mail).rpartition("@")[0]
    if _letters(local) in _DAEMONS or _EXCHANGE.match(_plain_letters(local)):
        return True
    return not local and _letters(person.name) in _DAEMONS


def spoken_for(person: Address) -> str:
    """Return the name of the person for whom a program or list writes, ``Mary via Sales``; empty where it is nobody."""
    found = _VIA.match(person.name[:500]) or _FOR.match(person.name[:500])
    return found["name"].strip("'\" ") if found else ""


def named_address(person: Address) -> str:
    """Return the address that stands in the name of a program or list; empty where none does.

    A relay may write it ``mary.smith at northwind.example``.
    """
    name = _AT.sub("@", person.name[:500])
    for word in _BETWEEN_WORDS.split(name):
        if is_mail(word) and "." in domain_of(word):
            return word
    return ""


def is_automatic(head: Headers) -> bool:
    """Whether the mail's head says that a program wrote it. An answer during an absence is a person's."""
    submitted = head.first("Auto-Submitted").partition(";")[0].strip().casefold()
    if submitted.startswith(("auto-replied", "auto-notified")) or head.first("X-Autoreply"):
        return False
    return submitted not in ("", "no") or head.first("Precedence").strip().casefold() in _BULK or is_listed(head)


def is_listed(head: Headers) -> bool:
    """Whether the mail came over a list."""
    return any(head.first(one) for one in _MARKS)


def list_addresses(head: Headers) -> frozenset[str]:
    """The addresses of the lists over which the mail came, as they are compared."""
    found = {key(one.mail) for name in _LISTS for one in _addresses(head.first(name)) if one.mail}
    for match in _ID.finditer(head.first("List-Id")[:1_000]):
        local, dot, domain = (match[1] or match[2]).partition(".")
        if dot:
            found.add(key(f"{local}@{domain}"))
    return frozenset(found)


def _addresses(value: str) -> list[Address]:
    tidied = _BESIDE_ADDRESSES.sub(" ", value[:2_000])
    return [one for one in parse_addresses(tidied) if one.mail]


def _plain_letters(text: str) -> str:
    text = text[:320].casefold()
    if not text.isascii():
        text = "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))
    return text


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", _plain_letters(text))
