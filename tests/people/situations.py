"""Everyday mails, and who their other side is: by address, role and reason, in their order.

The mailbox is sales@ourcompany.example, called Sales. Of a mail only what matters is written; `mail` adds the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from standin_outlook.mail import Mail
from standin_outlook.mails import read

MARY, JAMES = "mary.smith@northwind.example", "james.whitfield@northwind.example"
PLAIN = f"From: Mary Smith <{MARY}>\nTo: sales@ourcompany.example"
COLLEAGUE = "From: Tom Brown <tom.brown@ourcompany.example>\nTo: sales@ourcompany.example"
FORM = "From: Our website <noreply@ourwebsite.example>\nTo: sales@ourcompany.example"
DAEMON = "From: Mail Delivery System <MAILER-DAEMON@mx.relay.example>\nTo: sales@ourcompany.example"
TOM = "tom.brown@ourcompany.example from colleague"
MACHINE = "noreply@ourwebsite.example from machine"
LOST = "MAILER-DAEMON@mx.relay.example from machine"
GUESS = f"{MARY} text in text"
WROTE = f"{MARY} from wrote"


@dataclass(frozen=True)
class Situation:
    """A mail's head and text, and the people who are expected, as ``address role reason``."""

    name: str
    head: str
    people: tuple[str, ...]
    text: str = "Hello"

    def mail(self) -> Mail:
        """Return the mail as Outlook has it."""
        own = f"Subject: {self.name}\nDate: Fri, 20 Nov 2026 10:00:00 +0100\nMessage-ID: <{self.name}@lab.example>"
        rest = "MIME-Version: 1.0" if "Content-Type" in self.head else "Content-Type: text/plain; charset=utf-8"
        raw = f"{self.head}\n{own}\n{rest}\n\n{self.text}\n".encode()
        return read(raw.replace(b"\n", b"\r\n"), source=f"{self.name}.eml")


def one(name: str, head: str, *people: str, text: str = "Hello") -> Situation:
    """A situation in one line."""
    return Situation(name, head, people, text)


RECEIVED = (
    one("plain", PLAIN, WROTE),
    one("letter-case", PLAIN.replace(MARY, "Mary.SMITH@Northwind.Example"), "Mary.SMITH@northwind.example from wrote"),
    one("trailing-dot", PLAIN.replace(MARY, f"{MARY}."), WROTE),
    one("quoted-local", PLAIN.replace(MARY, '"mary.smith"@northwind.example'), WROTE),
    one("plus-part", PLAIN.replace(MARY, "mary+x@northwind.example"), "mary+x@northwind.example from wrote"),
    one("srs", PLAIN.replace(MARY, "SRS0=x7Kd=VQ=northwind.example=mary.smith@forwarder.example"), WROTE),
    one("srs-twice", PLAIN.replace(MARY, "SRS1=h=a.example==x7=VQ=northwind.example=mary.smith@b.example"), WROTE),
    one("batv", PLAIN.replace(MARY, "prvs=1234abcdef=mary.smith@northwind.example"), WROTE),
    one("u-label", PLAIN.replace(MARY, "j@müller-werk.example"), "j@müller-werk.example from wrote"),
    one("a-label", PLAIN.replace(MARY, "j@xn--mller-kva.example"), "j@xn--mller-kva.example from wrote"),
    one("sender-too", f"From: Boss <boss@elsewhere.example>\nSender: Mary <{MARY}>\nTo: sales@ourcompany.example",
        "boss@elsewhere.example from wrote", f"{MARY} sender sent"),
    one("reply-to-of-a-person", f"{PLAIN}\nReply-To: James <{JAMES}>", WROTE, f"{JAMES} reply-to answered"),
    one("reply-to-is-the-sender", f"{PLAIN}\nReply-To: {MARY.upper()}", WROTE),
    one("bounces-as-sender", f"{PLAIN}\nSender: bounces+123-sales=ourcompany.example@em.mailing.example", WROTE),
    one("others-in-copy", f"{PLAIN}\nCc: James <{JAMES}>, tom.brown@ourcompany.example", WROTE, f"{JAMES} cc also"),
    one("via-in-a-street", "From: Pizzeria via Roma <info@pizzeria.example>\nTo: sales@ourcompany.example",
        "info@pizzeria.example from wrote"),
    one("absent", f"{PLAIN}\nAuto-Submitted: auto-replied\nX-Auto-Response-Suppress: All", WROTE),
    one("vacation-of-a-script", f"{PLAIN}\nX-Autoreply: yes\nPrecedence: bulk", WROTE),
    one("read-receipt", f"{PLAIN}\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b",
        WROTE, text="--b\nContent-Type: text/plain\n\nYour message was read\n--b--"),
    one("calendar-answer", f'{PLAIN}\nContent-Type: text/calendar; method=REPLY; charset=utf-8', WROTE,
        text="BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR"),
    one("calendar-service-sends", f"{PLAIN}\nSender: Calendar <calendar-notification@calendars.example>", WROTE),
    one("redirected-by-a-colleague", f"{PLAIN}\nResent-From: Tom <tom.brown@ourcompany.example>", WROTE),
    one("redirected-by-a-customer", f"From: Robot <no-reply@shop.example>\nResent-From: Mary <{MARY}>\n"
        "To: sales@ourcompany.example", f"{MARY} sender sent", "no-reply@shop.example from machine"),
    one("programs-answer-first", f"From: Shop <info@shop.example>\nReply-To: Mary <{MARY}>\n"
        "Auto-Submitted: auto-generated\nTo: sales@ourcompany.example",
        f"{MARY} reply-to answered", "info@shop.example from wrote"),
    one("newsletter", "From: Northwind news <news@northwind.example>\nReply-To: Northwind <info@northwind.example>\n"
        "Precedence: bulk\nTo: sales@ourcompany.example",
        "info@northwind.example reply-to answered", "news@northwind.example from wrote"),
    one("list-that-rewrites-nothing", f"{PLAIN}\nList-Id: Talk <talk.lists.example>\n"
        "List-Post: <mailto:talk@lists.example>\nReply-To: talk@lists.example\nPrecedence: list", WROTE),
)  # fmt: skip
LISTS = (
    one("google-group", f"From: 'Mary Smith' via Offers <offers@groups.example>\nReply-To: Mary Smith <{MARY}>\n"
        f"X-Original-From: Mary Smith <{MARY}>\nSender: offers@groups.example\nList-ID: <offers.groups.example>\n"
        "To: sales@ourcompany.example", f"{MARY} from original", "offers@groups.example from machine"),
    one("google-group-sender-only", f"From: 'Mary Smith' via Offers <offers@groups.example>\n"
        f"X-Original-Sender: {MARY}\nX-Google-Group-Id: 12\nTo: offers@groups.example",
        f"{MARY} from original",
        "offers@groups.example to also"),
    one("group-of-ours", f"From: 'Mary Smith' via Sales <sales@ourcompany.example>\nReply-To: Mary Smith <{MARY}>\n"
        "List-ID: <sales.ourcompany.example>\nTo: sales@ourcompany.example", f"{MARY} reply-to answered"),
    one("group-without-via", "From: Mary Smith <offers@groups.example>\n"
        f"X-Original-From: Mary <{MARY}>\nList-ID: <offers.groups.example>\nTo: offers@groups.example",
        f"{MARY} from original",
        "offers@groups.example to machine"),
    one("list-that-tells-little", f"From: Mary Smith <{MARY}>\nTo: talk@lists.example\nPrecedence: list\n"
        "Reply-To: talk@lists.example", WROTE, "talk@lists.example to machine"),
    one("repository", "From: Mary Smith <notifications@code.example>\n"
        "Reply-To: repo <reply+A8F3KQ2@reply.code.example>\n"
        "To: repo <repo@noreply.code.example>\nList-Id: <repo.code.example>",
        "repo@noreply.code.example to machine",
        "notifications@code.example from machine"),
    one("tickets-of-ours", "From: Mary Smith <tickets@ourcompany.example>\nReply-To: tickets@ourcompany.example\n"
        "To: sales@ourcompany.example", GUESS,
        text=f"New ticket 4711\nRequester: Mary Smith <{MARY}>\nsee x@else.example"),
    one("certified-receipt", "From: posta-certificata@pec.example\nTo: sales@ourcompany.example",
        "posta-certificata@pec.example from machine", GUESS,
        text=f'Il messaggio "Offerta" di "sales@ourcompany.example"\ned indirizzato a "{MARY}" e\' consegnato.'),
    one("mailman", f"From: Mary Smith via Talk <talk@lists.example>\n"
        f"Reply-To: talk@lists.example, Mary Smith <{MARY}>\n"
        "List-Id: <talk.lists.example>\nX-BeenThere: talk@lists.example\nTo: talk@lists.example",
        f"{MARY} reply-to answered", "talk@lists.example to machine"),
    one("groups-encode", "From: Mary Smith via groups <mary.smith=northwind.example@groups.example>\n"
        "List-Id: <talk.groups.example>\nTo: talk@groups.example",
        f"{MARY} from original", "talk@groups.example to machine",
        "mary.smith=northwind.example@groups.example from machine"),
    one("dmarc-relay", "From: Mary Smith <mary.smith=40northwind.example@dmarc.lists.example>\n"
        "To: sales@ourcompany.example", f"{MARY} from original",
        "mary.smith=40northwind.example@dmarc.lists.example from machine"),
    one("service-desk", "From: Mary Smith (Support) <notifications@desk.example>\n"
        "Reply-To: Desk <reply+81@desk.example>\nTo: sales@ourcompany.example",
        "reply+81@desk.example reply-to answered", "notifications@desk.example from machine"),
    one("tracker", "From: \"Mary Smith (JIRA)\" <jira@tracker.example>\nTo: sales@ourcompany.example\n"
        "Auto-Submitted: auto-generated", "jira@tracker.example from machine"),
    one("network", "From: Mary Smith via Network <messages-noreply@network.example>\n"
        "Reply-To: Mary Smith <hit-reply@network.example>\nTo: sales@ourcompany.example",
        "messages-noreply@network.example from machine"),
    one("signing-service", f"From: Mary Smith via Signing <dse@signing.example>\nReply-To: Mary Smith <{MARY}>\n"
        "To: sales@ourcompany.example", f"{MARY} reply-to answered", "dse@signing.example from machine"),
    one("certified-mail", f'From: "Per conto di: {MARY}" <posta-certificata@pec.example>\nReply-To: {MARY}\n'
        "To: sales@ourcompany.example", f"{MARY} reply-to answered", "posta-certificata@pec.example from machine"),
    one("certified-mail-without-reply-to", f'From: "Per conto di: {MARY}" <posta-certificata@pec.example>\n'
        "To: sales@ourcompany.example", "posta-certificata@pec.example from machine", GUESS),
    one("name-is-the-address", f"From: '{MARY}' via Offers <offers@groups.example>\nList-Id: <offers.groups.example>\n"
        "To: sales@ourcompany.example", "offers@groups.example from machine", GUESS),
)  # fmt: skip
NO_REPLY = (
    "no-reply", "noreply", "no_reply", "donotreply", "do-not-reply", "noreply-orders", "orders-noreply",
    "keine-antwort", "nichtantworten", "bitte-nicht-antworten", "nepasrepondre", "ne-pas-répondre", "non-rispondere",
    "nonrispondere", "no-responder", "noresponder", "nao-responda", "nietbeantwoorden", "svara-ej",
    "ikke-svar", "nie-odpowiadaj",
    "mailer", "bounces", "wordpress", "notifications", "www-data", "NoReply+x7", "MAILSYSTEM",
)  # fmt: skip
FORMS = (
    *(
        one(f"automatic-{at}", f"From: Shop <{address}@shop.example>\nReply-To: {MARY}\nTo: sales@ourcompany.example",
            f"{MARY} reply-to answered", f"{address}@shop.example from machine")
        for at, address in enumerate(NO_REPLY) if address not in ("mailer", "MAILSYSTEM")
    ),
    one("form-reply-to", f"{FORM}\nReply-To: Mary Smith <{MARY}>", f"{MARY} reply-to answered", MACHINE),
    one("form-of-ours", f"From: WordPress <wordpress@ourcompany.example>\n"
        f"To: sales@ourcompany.example\nReply-To: {MARY}", f"{MARY} reply-to answered"),
    one("form-labels", FORM, MACHINE, GUESS, text=f"Name: Mary Smith\nE-Mail: {MARY}\nMessage: call us"),
    one("form-cells", FORM, MACHINE, GUESS, text=f"Name\nMary\n\nYour email\n{MARY}\n\nMessage\ninfo@else.example"),
    one("form-starred", FORM, MACHINE, GUESS, text=f"*Email address*\n\n {MARY}\n\n*Website*\nshop.example"),
    one("form-it", FORM, MACHINE, GUESS, text=f"Nome: Mary\nIndirizzo e-mail: {MARY}\nTelefono: 1"),
    one("form-de", FORM, MACHINE, GUESS, text=f"Name: Mary\nE-Mail-Adresse *: {MARY}\nNachricht: x"),
    one("form-fr", FORM, MACHINE, GUESS, text=f"Nom : Mary\nAdresse e-mail : {MARY}\nSite : b@else.example"),
    one("form-es", FORM, MACHINE, GUESS, text=f"Nombre: Mary\nCorreo electrónico: {MARY}\nTeléfono: 1"),
    one("form-from-line", FORM, MACHINE, GUESS, text=f"From: Mary Smith <{MARY}>\nSubject: Offer\n\nMessage Body:\nHi"),
    one("form-unlabelled", FORM, MACHINE, GUESS, text=f"Mary Smith ({MARY}) asks for an offer."),
    one("form-of-many", FORM, MACHINE, text=f"Write to {MARY} or {JAMES} or 100@shop.example."),
    one("form-in-our-name", f"From: Our site <sales@ourcompany.example>\nReply-To: {MARY}\n"
        "To: sales@ourcompany.example", f"{MARY} reply-to answered"),
    one("form-in-our-name-labels", "From: Our site <sales@ourcompany.example>\nTo: sales@ourcompany.example", GUESS,
        text=f"E-mail: {MARY}\nMessage: x"),
    *(
        one(f"form-line-{at}", FORM, MACHINE, GUESS, text=f"Hello\n{line}\nPhone: 1\nsee info@else.example")
        for at, line in enumerate((
            f"E-Mail\t{MARY}", f"Email | {MARY}", f"email = {MARY}", f"Email - {MARY}", f"EMAIL:\n{MARY}",
            f"* E-mail: {MARY}",
            f"Your email (required): {MARY}", f"La tua email (obbligatorio): {MARY}", f"Ihre E-Mail-Adresse: {MARY}",
            f"Kontakt-E-Mail: {MARY}", f"Votre adresse mail : {MARY}", f"Su correo electrónico: {MARY}",
            f"Courriel : {MARY}",
            f"Contact email: {MARY}", f"Email Address: mailto:{MARY}", f"E-mail: {MARY} <mailto:{MARY}>",
            f"Mail: {MARY}",
            f"Kunde: Mary Smith ({MARY})", f"Customer: Mary Smith <{MARY}>", f"Endereço de e-mail: {MARY}",
            f"E-mailadres: {MARY}", f"Posta elettronica: {MARY}", f"Email (work): {MARY}",
        ))
    ),
    one("form-names-us", FORM, MACHINE, text="Email: sales@ourcompany.example"),
)  # fmt: skip
COLLEAGUES = (
    one("colleague-copies-a-customer", f"{COLLEAGUE}\nCc: Mary Smith <{MARY}>", f"{MARY} cc addressed"),
    one("colleague-writes-to-a-customer", f"From: tom.brown@ourcompany.example\nTo: {MARY}, sales@ourcompany.example",
        f"{MARY} to addressed"),
    one("colleague-has-answers-sent-on", f"{COLLEAGUE}\nReply-To: {MARY}", f"{MARY} reply-to answered"),
    one("colleague-alone", COLLEAGUE, TOM),
    one("colleague-below-the-domain", COLLEAGUE.replace("brown@our", "brown@it.our"),
        "tom.brown@it.ourcompany.example from colleague"),
    *(
        one(f"forward-{name}", COLLEAGUE, GUESS, text=text)
        for name, text in {
            "en": f"FYI\n\n-----Original Message-----\nFrom: Mary Smith <{MARY}>\nSent: Monday\nTo: Tom\n\nHi",
            "en-mailto": f"FYI\n\nFrom: Mary Smith [mailto:{MARY}]\nSent: Monday\nTo: Tom\n\nHi",
            "it": f"Ecco\n\nDa: Mary Smith <{MARY}>\nInviato: lunedì\nA: Tom\nOggetto: x\n\nCiao",
            "de": f"Siehe unten\n\nVon: Mary Smith <{MARY}>\nGesendet: Montag\nAn: Tom\nBetreff: x\n\nHallo",
            "fr": f"Voir\n\nDe : Mary Smith <{MARY}>\nEnvoyé : lundi\nÀ : Tom\nObjet : x\n\nBonjour",
            "es": f"Ver\n\nDe: Mary Smith <{MARY}>\nEnviado el: lunes\nPara: Tom\nAsunto: x\n\nHola",
            "nl": f"Zie\n\nVan: Mary Smith <{MARY}>\nVerzonden: maandag\nAan: Tom\n\nHallo",
            "pt": f"Veja\n\nDe: Mary Smith <{MARY}>\nEnviada em: segunda\nPara: Tom\n\nOi",
            "starred": f"FYI\n\n*From:* Mary Smith <{MARY}>\n*Sent:* Monday\n\nHi",
            "gmail": f"---------- Forwarded message ---------\nFrom: Mary Smith <{MARY}>\nDate: Mon\n\nHi",
            "apple-de": f"Anfang der weitergeleiteten Nachricht:\n\nVon: Mary Smith <{MARY}>\nBetreff: x",
            "thunderbird": f"--- Forwarded Message ---\nSubject: \tOrder\nFrom: \tMary Smith <{MARY}>\nTo: \tTom",
            "outlook-twice": f"From: Mary <{MARY}<mailto:{MARY}>>\nSent: Monday\nTo: x@else.example",
            "after-ours": f"From: Sales <sales@ourcompany.example>\nTo: x@else.example\n\nFrom: Mary <{MARY}>\nSent: x",
            "quoted": f"> From: Mary Smith <{MARY}>\n> Date: Mon\n>\n> Hi",
            "answer-line": f"see\n\nOn Mon, 16 Nov 2026, Mary Smith <{MARY}> wrote:\n> Hi",
            "answer-line-it": f"vedi\n\nIl giorno lun 16 nov 2026 Mary Smith <{MARY}> ha scritto:\n> Ciao",
            "signed": f"FYI\nTom Brown\ntom.brown@ourcompany.example\n\nFrom: Mary Smith <{MARY}>\nTo: x@else.example",
        }.items()
    ),
)  # fmt: skip
REPORTS = (
    one("ndr-text", DAEMON, LOST, GUESS, text=f"<{MARY}>: host unknown"),
    one("ndr-header", f"{DAEMON}\nX-Failed-Recipients: {MARY}", f"{MARY} to undelivered", LOST),
    one("ndr-postfix", f"{DAEMON}\nAuto-Submitted: auto-replied\nContent-Type: multipart/report; "
        "report-type=delivery-status; boundary=b", LOST, GUESS,
        text="--b\nContent-Type: text/plain\n\nThis is the mail system at host mx.relay.example.\n\n"
        "For help, please send mail to postmaster.\n\n"
        f"<{MARY}>: host mx.northwind.example said: 550 5.1.1 User unknown\n--b--"),
    one("ndr-exchange", "From: postmaster@northwind.example\nTo: sales@ourcompany.example\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        "postmaster@northwind.example from machine", GUESS,
        text=f"--b\nContent-Type: text/plain\n\nDelivery has failed to these recipients or groups:\n\n{MARY}\n"
        "The address couldn't be found.\n--b--"),
    one("ndr-gmail", f"From: Mail Delivery Subsystem <mailer-daemon@provider.example>\nTo: sales@ourcompany.example\n"
        f"X-Failed-Recipients: {MARY}, {JAMES}", f"{MARY} to undelivered", f"{JAMES} to undelivered",
        "mailer-daemon@provider.example from machine"),
    one("ndr-of-ours", DAEMON.replace("mx.relay.example", "relay.ourcompany.example"),
        GUESS,
        text=f"Final-Recipient: rfc822; {MARY}\nAction: failed"),
    *(
        one(f"ndr-{at}", DAEMON, LOST, GUESS, text=text)
        for at, text in enumerate((
            f"Your message to {MARY} couldn't be delivered.\nContact postmaster@mx.relay.example.",
            f"<{MARY}>:\nSorry, no mailbox here by that name. (#5.1.1)",
            f"Ihre Nachricht an {MARY} konnte nicht zugestellt werden.",
            f"The following address failed:\n\n  {MARY}\n    550 relay not permitted",
            f"Final-Recipient: rfc822; {MARY}\nAction: failed\nReporting-MTA: dns; mx.relay.example",
            f"Il messaggio per {MARY} non è stato consegnato.",
            f"** Address not found **\n\nYour message wasn't delivered to {MARY} because it couldn't be found.",
        ))
    ),
    one("ndr-nobody", DAEMON, LOST, text="Something went wrong."),
)  # fmt: skip
SENT = (
    one("sent", f"From: Sales <sales@ourcompany.example>\nTo: Mary Smith <{MARY}>\nCc: James <{JAMES}>",
        f"{MARY} to addressed", f"{JAMES} cc addressed"),
    one("sent-copies-a-colleague", f"From: sales@ourcompany.example\nTo: {MARY}\nCc: tom.brown@ourcompany.example",
        f"{MARY} to addressed"),
    one("sent-by-an-alias", f"From: Sales <agent@ourcompany.example>\nTo: {MARY}", f"{MARY} to addressed"),
    one("sent-on-behalf", f"From: Boss <boss@ourcompany.example>\nSender: sales@ourcompany.example\nTo: {MARY}",
        f"{MARY} to addressed"),
    one("sent-on-behalf-of-a-partner", f"From: Partner <p@partner.example>\nSender: sales@ourcompany.example\n"
        f"To: {MARY}", f"{MARY} to addressed"),
    one("sent-with-a-plus", f"From: sales+offers@ourcompany.example\nTo: {MARY}", f"{MARY} to addressed"),
    one("sent-in-blind", f"From: sales@ourcompany.example\nTo: sales@ourcompany.example\nBcc: {MARY}",
        f"{MARY} cc addressed"),
    one("sent-to-a-colleague", "From: sales@ourcompany.example\nTo: tom.brown@ourcompany.example",
        "tom.brown@ourcompany.example to colleague"),
    one("sent-to-myself", "From: sales@ourcompany.example\nTo: sales@ourcompany.example"),
    one("sent-to-a-list", f"From: sales@ourcompany.example\nTo: noreply@shop.example, {MARY}",
        f"{MARY} to addressed", "noreply@shop.example to machine"),
)  # fmt: skip
SITUATIONS = (*RECEIVED, *LISTS, *FORMS, *COLLEAGUES, *REPORTS, *SENT)
