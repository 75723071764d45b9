"""Mails as well-known programs write them: forms, lists, desks, markets, notices. Their other side, as in `situations`.

The wording is that of each maker, the people and hosts are invented.
"""

from __future__ import annotations

from people.situations import COLLEAGUE, DAEMON, FORM, GUESS, JAMES, LOST, MACHINE, MARY, PLAIN, TOM, WROTE, one

TO = "To: sales@ourcompany.example"
ANSWERED = f"{MARY} reply-to answered"
ORIGINAL = f"{MARY} from original"
RELAYED_FORM = (
    ("typeform", "notifications@followups.forms.example"),
    ("wix", "no-reply@crm.sites.example"),
    ("jotform", "noreply@formbuilder.example"),
    ("webflow", "no-reply-forms@pages.example"),
    ("squarespace", "form-submission@sitemaker.example"),
    ("formspree", "submissions@formpost.example"),
    ("netlify", "formresponses@deploys.example"),
    ("google-forms", "forms-receipts-noreply@forms.example"),
    ("shopify", "mailer@shops.example"),
    ("hubspot", "noreply@notifications.marketing.example"),
    ("chat", "transcripts@livechat.example"),
    ("cognito", "notifications@cognitoforms.example"),
    ("landing", "lead-notifications@landingpages.example"),
    ("elementor", "wordpress@sitehost.example"),
)  # fmt: skip
FORMS = (
    *(
        one(f"{name}-reply-to", f"From: {name} <{address}>\n{TO}\nReply-To: Mary Smith <{MARY}>",
            ANSWERED, f"{address} from machine")
        for name, address in RELAYED_FORM
    ),
    *(
        one(f"{name}-text", f"From: {name} <{address}>\n{TO}", f"{address} from machine", GUESS, text=text)
        for (name, address), text in zip(RELAYED_FORM, (
            f"Your typeform Contact has a new response:\n\nWhat's your name?\nMary Smith\n\nWhat's your email?\n{MARY}"
            "\n\nLog in to view or write to support@forms.example",
            f"Mary Smith just submitted your form: Contact on Our site\n\nMessage Details:\nName: Mary Smith\n"
            f"Email: {MARY}\nMessage: call\n\nQuestions? help@sites.example",
            f"Contact\nFull Name\tMary Smith\nE-mail\t{MARY}\nMessage\tHello\n\nPowered by formbuilder.example",
            f"You just received a form submission!\n\nName: Mary Smith\nEmail: {MARY}\nMessage: write to {JAMES}",
            f"Sent via form submission from Our Company\n\nName: Mary Smith\n\nEmail: {MARY}\n\nMessage: hi",
            f"name:\nMary Smith\n\nemail:\n{MARY}\n\nmessage:\nhi\n\nSubmitted 10:00 AM, team@formpost.example",
            f"Form: contact\n\nname: Mary\nemail: {MARY}\nmessage: hi\n\nunsubscribe: team@deploys.example",
            f"Indirizzo email *\n{MARY}\n\nDi cosa hai bisogno?\nUn'offerta",
            f"You received a new message from your online store's contact form.\n\nCountry Code:\nIT\n\nName:\nMary\n\n"
            f"E-mail:\n{MARY}\n\nBody:\nHi",
            f"Page submitted on: Contact us\nFirst Name\nMary\nLast Name\nSmith\nEmail\n{MARY}\nView in HubSpot",
            f"Chat with Mary Smith\nVisitor: Mary Smith, {MARY}\nAgent: Tom, tom.brown@ourcompany.example\n10:00 hi",
            f"Entry Details\nName\nMary Smith\nEmail\n{MARY}\nPhone\n1",
            f"Nuovo lead\nNome e cognome: Mary Smith\nE-mail di contatto: {MARY}\nPrivacy: dpo@landingpages.example",
            f"Nome: Mary\nIl tuo indirizzo email: {MARY}\nMessaggio: ciao\n\n---\n\nData: 20 Novembre 2026\n"
            "URL della pagina: https://ourcompany.example/contatti/\nUser agent: Mozilla/5.0\nPowered by: Elementor",
        ), strict=True)
    ),
    *(
        one(f"cf7-{name}", f"From: Our Company <wordpress@ourcompany.example>\n{TO}", GUESS, text=text)
        for name, text in {
            "en": f"From: Mary Smith <{MARY}>\nSubject: Offer\n\nMessage Body:\nWrite to x@else.example\n\n-- \n"
                  "This is a notification that a contact form was submitted on your website (Our Company).",
            "it": f"Da: Mary Smith {MARY}\nOggetto: Offerta\n\nCorpo del messaggio:\nScrivete a x@else.example\n\n--\n"
                  "Questa e-mail è stata inviata da un modulo di contatto su Our Company",
            "de": f"Von: Mary Smith <{MARY}>\nBetreff: Angebot\n\nNachrichtentext:\nx@else.example",
            "fr": f"De : Mary Smith <{MARY}>\nObjet : Offre\n\nCorps du message :\nx@else.example",
            "es": f"De: Mary Smith <{MARY}>\nAsunto: Oferta\n\nCuerpo del mensaje:\nx@else.example",
        }.items()
    ),
    one("cf7-in-the-visitors-name", f"From: Mary Smith <wordpress@ourcompany.example>\n{TO}\nReply-To: {MARY}",
        ANSWERED),
    one("wpforms", f"From: Our Company <sales@ourcompany.example>\n{TO}", GUESS,
        text=f"Name\n\nMary Smith\n\nEmail\n\n{MARY}\n\nComment or Message\n\nHi\n\nSent from Our Company"),
    one("wpforms-html", f"From: Our Company <web@ourcompany.example>\n{TO}\nContent-Type: text/html; charset=utf-8",
        GUESS,
        text="<table><tr><td><b>Nome</b></td></tr><tr><td>Mary Smith</td></tr><tr><td><b>La tua email</b></td></tr><tr>"
        f'<td><a '
        f'href="mailto:{MARY}">{MARY}</a></td></tr><tr><td>Sito</td></tr><tr><td>x@else.example</td></tr></table>'),
    one("gravity-of-outlook", f"From: Our Company <wordpress@ourcompany.example>\n{TO}", GUESS,
        text=f"Name\n\n\tMary Smith\n\nE-Mail\n\n\t{MARY} <mailto:{MARY}>\n\nNachricht\n\n\tx@else.example"),
    one("joomla", f"From: Our site <webmaster@ourcompany.example>\n{TO}",
        GUESS,
        text=f"This is an enquiry email via https://ourcompany.example/ from:\nMary Smith <{MARY}>\n\nx@else.example"),
    one("joomla-de", f"From: Our site <webmaster@ourcompany.example>\n{TO}",
        GUESS,
        text=f"Dies ist eine Anfrage via https://ourcompany.example/ von:\nMary Smith <{MARY}>\n\nx@else.example"),
    one("drupal", f"From: Our site <noreply@ourwebsite.example>\n{TO}", "noreply@ourwebsite.example from machine",
        GUESS,
        text=f"Mary Smith ({MARY}) sent a message using the contact form at https://ourcompany.example/contact.\n\n"
        "Please write to x@else.example"),
    one("prestashop-it", f"From: Our shop <shop@ourcompany.example>\n{TO}", GUESS,
        text=f"Messaggio da un cliente di Our shop\nIndirizzo e-mail cliente: {MARY}\nMessaggio: x@else.example"),
    one("bookings", f"From: Scheduler <notifications@scheduler.example>\n{TO}",
        "notifications@scheduler.example from machine", GUESS,
        text=f"A new event has been scheduled.\n\nInvitee:\nMary Smith\n\nInvitee Email:\n{MARY}\n\nHost: "
        f"x@else.example"),
    one("bookings-de", f"From: Planer <notifications@scheduler.example>\n{TO}",
        "notifications@scheduler.example from machine", GUESS,
        text=f"Neuer Termin\n\nEingeladene Person:\nMary Smith\n\nE-Mail der eingeladenen Person:\n{MARY}\n\n"
        "Gastgeber: x@else.example"),
    one("property-portal-it", f"From: Portale Case <noreply@case.example>\n{TO}", "noreply@case.example from machine",
        GUESS, text=f"Hai ricevuto una richiesta da Mary Smith\nTel. 02 1\nEmail {MARY}\n\nassistenza@case.example"),
    one("property-portal-de", f"From: Immoportal <noreply@immo.example>\n{TO}", "noreply@immo.example from machine",
        GUESS, text=f"Anfrage\nVon:\nMary Smith\n{MARY}\nTel. 1\n\nIhr Team service@immo.example"),
)  # fmt: skip
LISTS = (
    one("mailman-copies-the-author", f"From: Mary Smith via Talk <talk@lists.example>\nReply-To: talk@lists.example\n"
        f"To: talk@lists.example\nCc: Mary Smith <{MARY}>, James <{JAMES}>\nList-Id: Talk <talk.lists.example>\n"
        "List-Post: <mailto:talk@lists.example>\nPrecedence: list",
        f"{MARY} cc original", f"{JAMES} cc also", "talk@lists.example to machine"),
    one("sympa-phrase", f'From: "Mary Smith" (via talk Mailing List) <talk@lists.example>\nTo: talk@lists.example\n'
        f"X-Original-From: Mary Smith <{MARY}>\nList-Id: <talk.lists.example>\nX-Loop: talk@lists.example",
        ORIGINAL, "talk@lists.example to machine"),
    one("sympa-quoted", f'From: "Mary Smith (via talk Mailing List)" <talk@lists.example>\nTo: talk@lists.example\n'
        f"X-Original-From: Mary Smith <{MARY}>\nReply-To: talk@lists.example\nX-Sympa-To: talk",
        ORIGINAL, "talk@lists.example to also"),
    one("sympa-name-and-address", f'From: "Mary Smith ({MARY}) via talk" <talk-request@lists.example>\n'
        "To: talk@lists.example\nList-Id: <talk.lists.example>",
        "talk@lists.example to machine", "talk-request@lists.example from machine", GUESS),
    one("listserv-dmarc", "From: Mary Smith <00000a1b2c3d4e5f-dmarc-request@LISTSERV.NET.EXAMPLE>\n"
        "Sender: Talk about it <TALK-L@LISTSERV.NET.EXAMPLE>\nReply-To: Talk about it <TALK-L@LISTSERV.NET.EXAMPLE>\n"
        "To: TALK-L@LISTSERV.NET.EXAMPLE\nPrecedence: list\nList-Owner: <mailto:TALK-L-request@LISTSERV.NET.EXAMPLE>",
        "TALK-L@listserv.net.example to machine", "00000a1b2c3d4e5f-dmarc-request@listserv.net.example from machine"),
    one("groups-de", f"From: 'Mary Smith' über Verkauf <verkauf@groups.example>\nReply-To: Mary Smith <{MARY}>\n"
        "To: verkauf@groups.example\nList-ID: <verkauf.groups.example>", ANSWERED,
        "verkauf@groups.example to machine"),
    one("group-of-ours-without-answers", f"From: 'Mary Smith' via Sales <sales@ourcompany.example>\n{TO}\n"
        f"X-Original-From: Mary Smith <{MARY}>\nList-ID: <sales.ourcompany.example>", ORIGINAL),
    one("group-of-ours-that-tells-the-sender", f"From: 'Mary Smith' via Info <info@ourcompany.example>\n"
        f"To: info@ourcompany.example\nX-Original-Sender: {MARY}\nX-Google-Group-Id: 1", ORIGINAL),
    one("newsletter-of-a-person", f"From: Northwind News <newsletter@northwind.example>\nReply-To: {MARY}\n{TO}\n"
        "List-Unsubscribe: <https://news.example/u>\nPrecedence: bulk", ANSWERED,
        "newsletter@northwind.example from machine"),
    one("newsletter-with-inbound", f"From: Mary Smith <{MARY}>\nReply-To: <us5-a1b2c3-d4e5f6@inbound.mailing.example>\n"
        f"{TO}\nList-ID: 12list <12.34.list-id.mailing.example>\nX-MC-User: x", WROTE),
    one("certified-on-behalf", f'From: "Per conto di: {MARY}" <posta-certificata@legal.pec.example>\n{TO}\n'
        f"Reply-To: {MARY}\nX-Trasporto: posta-certificata\nContent-Type: multipart/signed; boundary=b", ANSWERED,
        "posta-certificata@legal.pec.example from machine", text="--b\nContent-Type: text/plain\n\nx\n--b--"),
)  # fmt: skip
RELAYS = (
    one("guest-of-a-tenant", f"From: Mary Smith <mary.smith_northwind.example#EXT#@ourtenant.cloud.example>\n{TO}",
        WROTE),
    one("mask-of-a-phone", f"From: Mary Smith <mary_smith_at_northwind_example_x7k2@private.relay.example>\n{TO}",
        "mary_smith_at_northwind_example_x7k2@private.relay.example from wrote"),
    one("mask-of-a-duck", f"From: Mary Smith <mary.smith_at_northwind.example_me@duck.example>\n{TO}",
        ORIGINAL, "mary.smith_at_northwind.example_me@duck.example from machine"),
    one("mask-that-names", f'From: "{MARY} [via Relay]" <a1b2c3@mask.example>\n{TO}\nReply-To: a1b2c3@mask.example',
        "a1b2c3@mask.example reply-to answered", GUESS),
    one("market", f"From: Mary Smith - Marketplace <9x8y7z6w5v4u3t2@marketplace.market.example>\n{TO}",
        "9x8y7z6w5v4u3t2@marketplace.market.example from wrote"),
    one("auction", f"From: Auction Member: marys <marys_abc123@members.auction.example>\n{TO}",
        "marys_abc123@members.auction.example from wrote"),
    one("hotel", f"From: Mary Smith via Hotels <msmith.123456@guest.hotels.example>\n"
        f"Reply-To: msmith.123456@guest.hotels.example\n{TO}", "msmith.123456@guest.hotels.example reply-to answered"),
    one("flat", f"From: Flats <automated@flats.example>\nReply-To: Mary <abc123def@reply.flats.example>\n{TO}",
        "automated@flats.example from machine"),
    one("career", f"From: Mary Smith via Career <inmail-hit-reply@career.example>\n{TO}",
        "inmail-hit-reply@career.example from machine"),
    one("small-ads-de", f"From: Mary über Kleinanzeigen <interessent-a1b2c3@mail.kleinanzeigen.example>\n"
        f"Reply-To: Mary <interessent-a1b2c3@mail.kleinanzeigen.example>\n{TO}",
        "interessent-a1b2c3@mail.kleinanzeigen.example reply-to answered"),
    one("answer-address-with-the-same-name", f"From: Mary Smith <mary.smith@mailer-service.example>\n"
        f"Reply-To: Mary Smith <{MARY}>\n{TO}", "mary.smith@mailer-service.example from wrote", ANSWERED),
    one("mail-as", f"From: Mary Smith <{MARY}>\nSender: mary.s@gmail.com\n{TO}", WROTE, "mary.s@gmail.com sender sent"),
    one("a-name-that-lies", f'From: "{MARY}" <evil@phish.example>\n{TO}', "evil@phish.example from wrote"),
    one("a-name-that-lies-more", f'From: "Mary Smith <{MARY}>" <evil@phish.example>\n{TO}',
        "evil@phish.example from wrote"),
)  # fmt: skip
NOTICES = (
    one("signing-eu", f"From: Mary Smith via Signing <dse_eu1@signing.example>\n{TO}",
        "dse_eu1@signing.example from machine"),
    one("signing-na", f"From: Signing System <dse_NA4@signing.example>\nReply-To: Mary Smith <{MARY}>\n{TO}",
        ANSWERED, "dse_NA4@signing.example from machine"),
    one("signing-in-brackets", f'From: "Mary Smith (via Sign)" <adobesign@sign.example>\nReply-To: {MARY}\n{TO}',
        ANSWERED, "adobesign@sign.example from machine"),
    one("shared-document", f'From: "Mary Smith (via Docs)" <drive-shares-dm-noreply@docs.example>\n'
        f"Reply-To: Mary Smith <{MARY}>\n{TO}", ANSWERED, "drive-shares-dm-noreply@docs.example from machine"),
    one("file-transfer", f"From: Transfer <noreply@transfer.example>\nReply-To: {MARY}\n{TO}", ANSWERED,
        "noreply@transfer.example from machine", text=f"{MARY} sent you some files"),
    one("file-transfer-text", f"From: Transfer <noreply@transfer.example>\n{TO}",
        "noreply@transfer.example from machine", GUESS,
        text=f"{MARY}\nsent you some files\n\nTo make sure our emails arrive, add noreply@transfer.example"),
    one("payment", f"From: service@pay.example <notifications@pay.example>\n{TO}",
        "notifications@pay.example from machine", GUESS,
        text=f"Hello Sales,\nYou received a payment of €10.00 from Mary Smith ({MARY})\nQuestions? help@pay.example"),
    one("payment-it", f"From: Pay <noreply@pay.example>\n{TO}", "noreply@pay.example from machine", GUESS,
        text=f"Hai ricevuto un pagamento di 10 € da Mary Smith ({MARY})\n\nassistenza@pay.example"),
    one("card-payment", f"From: Cards <notifications@cards.example>\n{TO}", "notifications@cards.example from machine",
        GUESS, text=f"You received a payment\nCustomer\nMary Smith\n{MARY}\nAmount €10\nsupport@cards.example"),
    one("calendar-invites", f"From: Mary Smith <{MARY}>\nSender: Calendar <calendar-notification@calendars.example>\n"
        f"Reply-To: Mary Smith <{MARY}>\n{TO}", WROTE),
    one("voicemail", f"From: Voicemail <voicemail@pbx.example>\n{TO}", "voicemail@pbx.example from machine",
        text="New message from +39 02 1234567"),
    one("fax", f"From: +390212345 <fax@faxgate.example>\n{TO}", "fax@faxgate.example from machine", text="2 pages"),
    one("scanner", f"From: Scanner <scanner@ourcompany.example>\n{TO}", "scanner@ourcompany.example from colleague"),
    one("quota", f"{DAEMON}\nSubject: quota", LOST, text="Your mailbox sales@ourcompany.example is full."),
    one("empty-from", f"From: \nReply-To: Mary <{MARY}>\n{TO}", ANSWERED),
    one("from-without-address", f"From: Mary Smith\nReply-To: <{MARY}>\n{TO}", ANSWERED),
    one("sender-only", f"Sender: Mary Smith <{MARY}>\n{TO}", WROTE),
    one("two-authors", f"From: Mary Smith <{MARY}>, James <{JAMES}>\nSender: {MARY}\n{TO}", WROTE,
        f"{JAMES} from wrote"),
    one("resent-twice", f"From: Mary Smith <{MARY}>\nResent-From: James <{JAMES}>\n"
        f"Resent-From: tom.brown@ourcompany.example\n{TO}", WROTE, f"{JAMES} sender sent"),
)  # fmt: skip
DESKS = (
    one("desk-of-ours", f"From: Mary Smith (Helpdesk) <helpdesk@ourcompany.example>\n{TO}\nAuto-Submitted: "
        f"auto-generated",
        GUESS,
        text=f"##- Please type your reply above this line -##\n\nA new ticket was opened by Mary Smith ({MARY}).\n\n"
        "Agents: x@else.example"),
    one("osticket", f"From: Alerts <alerts@ourcompany.example>\n{TO}", GUESS,
        text=f"New Ticket #123456 Created\n\nFrom: Mary Smith <{MARY}>\nDepartment: Support\n\nx@else.example"),
    one("freshdesk-it", f"From: Supporto <supporto@ourcompany.example>\n{TO}", GUESS,
        text=f"Gentile agente,\nÈ stato creato un nuovo ticket.\nRichiedente: Mary Smith ({MARY})\nx@else.example"),
    one("otrs-de", f"From: OTRS <otrs@ourcompany.example>\n{TO}", GUESS,
        text=f"Hallo,\nMary Smith <{MARY}> schrieb:\n> Hilfe\nx@else.example"),
    one("tracker-of-theirs", f"From: Mary Smith (Jira) <jira@northwind.tracker.example>\n{TO}\nAuto-Submitted: "
        f"auto-generated",
        "jira@northwind.tracker.example from machine", text="Mary Smith commented on ABC-1"),
    one("code-host", f"From: Mary Smith <notifications@code.example>\n{TO}\n"
        "Cc: Sales <sales@ourcompany.example>, Mention <mention@noreply.code.example>\nList-ID: a/b <b.a.code.example>",
        "mention@noreply.code.example cc machine", "notifications@code.example from machine"),
    one("to-do-lists", f"From: Mary Smith (Tasks) <no-reply@tasks.example>\nReply-To: Tasks "
        f"<x+123@mail.tasks.example>\n{TO}",
        "x+123@mail.tasks.example reply-to answered", "no-reply@tasks.example from machine"),
)  # fmt: skip
ABSENT = (
    one("absent-exchange", f"{PLAIN}\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All", WROTE,
        text=f"I am away. In urgent cases write to {JAMES}."),
    one("absent-precedence", f"{PLAIN}\nPrecedence: auto_reply\nX-Autorespond: yes", WROTE),
    one("absent-gmail", f"{PLAIN}\nPrecedence: bulk\nX-Autoreply: yes\nAuto-Submitted: auto-replied (vacation)", WROTE),
    one("absent-with-answers-elsewhere", f"{PLAIN}\nAuto-Submitted: auto-replied\nReply-To: James <{JAMES}>", WROTE,
        f"{JAMES} reply-to answered"),
)  # fmt: skip
BELOW = ("\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <sales@ourcompany.example>\n"
         f"From: Sales <sales@ourcompany.example>\nTo: James <{JAMES}>, Mary <{MARY}>\nSubject: "
         f"Offer\n\nhi")  # fmt: skip
REPORTS = (
    *(
        one(f"ndr-{name}", DAEMON, LOST, GUESS, text=text)
        for name, text in {
            "qmail": "Hi. This is the qmail-send program at mx.relay.example.\nI'm afraid I wasn't able to deliver "
            "your "
                     "message to the following addresses.\nThis is a permanent error; I've given up. Sorry it "
                     "didn't work "
                     f"out.\n\n<{MARY}>:\nSorry, no mailbox here by that name. (#5.1.1){BELOW}",
            "exim": "This message was created automatically by mail delivery software.\n\nA message that you sent "
            "could "
                    "not be delivered to one or more of its\nrecipients. This is a permanent error. The following "
                    f"address(es) failed:\n\n  {MARY}\n    host mx.northwind.example [192.0.2.1]\n    SMTP error from "
                    f"remote mail server after RCPT TO:<{MARY}>:\n    550 5.1.1 no such user"
                    f"{BELOW.replace('Below this line is a copy of the message.', '')}",
            "sendmail": f"   ----- The following addresses had permanent fatal errors -----\n<{MARY}>\n    "
            f"(reason: 550 "
                        "5.1.1 User unknown)\n\n   ----- Transcript of session follows -----\n... while talking to "
                        "mx:\n"
                        f">>> RCPT To:<{MARY}>{BELOW}",
            "domino": f"Your message\n\n  Subject: Offer\n\nwas not delivered to:\n\n  {MARY}\n\nbecause:\n\n  "
            f"User not "
                      "listed in Domino Directory",
            "postfix-it": "Questo è il sistema di posta sull'host mx.relay.example.\n\nIl messaggio non può essere "
                          f"recapitato a uno o più destinatari.\n\n<{MARY}>: utente sconosciuto\n\nScrivere a "
                          "assistenza@relay.example",
            "gmail-it": f"** Indirizzo non trovato **\n\nIl tuo messaggio non è stato recapitato a {MARY} perché non è "
                        "stato possibile trovare l'indirizzo.\n\nAiuto: aiuto@provider.example",
            "gmail-de": f"** Die Adresse wurde nicht gefunden **\n\nIhre Nachricht wurde nicht an {MARY} "
            f"zugestellt, da die "
                        "Adresse nicht gefunden wurde.\n\nHilfe: hilfe@provider.example",
            "gmx": "Diese Nachricht wurde automatisch erstellt.\n\nLeider konnte Ihre E-Mail an folgenden "
            "Empfänger nicht "
                   f"zugestellt werden:\n\n{MARY}\n\nFragen: hilfe@provider.example",
            "exchange-it": "Impossibile recapitare il messaggio ai destinatari o ai gruppi seguenti:\n\n"
                           f"Mary Smith ({MARY})\nL'indirizzo immesso non è stato trovato.\n\nContattare "
                           "helpdesk@relay.example",
            "exchange-de": "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\n"
                           f"Mary Smith ({MARY})\nDie eingegebene Adresse wurde nicht gefunden.\n\nWenden Sie sich an "
                           "helpdesk@relay.example",
            "exchange-fr": "Échec de la remise à ces destinataires ou groupes :\n\n"
                           f"Mary Smith ({MARY})\nL'adresse est introuvable.\n\nContactez helpdesk@relay.example",
            "exchange-es": "Error al entregar a estos destinatarios o grupos:\n\n"
                           f"Mary Smith ({MARY})\nNo se encontró la dirección.\n\nEscriba a helpdesk@relay.example",
            "yahoo": f"Sorry, we were unable to deliver your message to the following address.\n\n<{MARY}>:\n554: "
            f"delivery "
                     f"error: This user doesn't have an account{BELOW}",
        }.items()
    ),
    one("ndr-exchange-online", "From: Microsoft Outlook "
        "<MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@ourcompany.example>\n"
        f"{TO}\nX-MS-Exchange-Message-Is-Ndr: yes", GUESS,
        text=f"Your message to {MARY} couldn't be delivered.\n\nmary.smith wasn't found at "
        f"northwind.example.\n\nsales\t"
        "Office 365\tmary.smith\nAction Required\t\tRecipient\n\nOriginal Message Details\nCreated Date:\t11/20/2026\n"
        f"Sender Address:\tsales@ourcompany.example\nRecipient Address:\t{MARY}\nSubject:\tOffer\n\nError Details\n"
        "Error:\t550 5.1.10\n\nOriginal Message Headers\n\nFrom: Sales <sales@ourcompany.example>\n"
        f"To: James <{JAMES}>, Mary <{MARY}>"),
    one("ndr-relay-of-a-filter", f"From: postmaster@filter.example\n{TO}\nContent-Type: multipart/report; "
        "report-type=delivery-status; boundary=b", "postmaster@filter.example from machine", GUESS,
        text="--b\nContent-Type: text/plain; charset=utf-8\n\nDelivery failed\n\nThe following recipients could "
        "not be reached:"
        f"\n\n{MARY}\n\nAdministrator: it@filter.example\n--b--"),
)  # fmt: skip
PASSED_ON = (
    *(
        one(f"passed-on-{name}", COLLEAGUE, GUESS, text=text)
        for name, text in {
            "outlook-text": f"FYI\n\nFrom: Mary Smith <{MARY} <mailto:{MARY}> >\nSent: Monday\nTo: Tom "
            f"<tom@else.example>",
            "outlook-it": f"________________________________\nDa: Mary Smith <{MARY}>\nInviato: lunedì\nA: "
            f"x@else.example",
            "outlook-de-group": f"Von: Smith, Mary (Northwind) <{MARY}>\nGesendet: Montag\nAn: x@else.example",
            "outlook-represented": f"Von: Sara <sara@ourcompany.example> im Auftrag von Mary Smith "
            f"<{MARY}>\nGesendet: Montag",
            "gmail-it": f"---------- Forwarded message ---------\nDa: Mary Smith <{MARY}>\nDate: ven 20 nov 2026\nTo: "
                        "x@else.example",
            "apple-it": f"Inizio messaggio inoltrato:\n\nDa: Mary Smith <{MARY}>\nOggetto: Ordine\nA: x@else.example",
            "apple-fr": f"Début du message réexpédié :\n\nDe: Mary Smith <{MARY}>\nObjet: x\nÀ: x@else.example",
            "apple-es": f"Inicio del mensaje reenviado:\n\nDe: Mary Smith <{MARY}>\nAsunto: x\nPara: x@else.example",
            "thunderbird-de": "-------- Weitergeleitete Nachricht --------\nBetreff: \tx\nDatum: \tMon\nVon: "
            "\tMary Smith "
                              f"<{MARY}>\nAn: \tx@else.example",
            "thunderbird-it": f"-------- Messaggio Inoltrato --------\nOggetto: \tx\nMittente: \tMary Smith "
            f"<{MARY}>\nA: \t"
                              "x@else.example",
            "thunderbird-fr": "-------- Message transféré --------\nSujet : \tx\nDate : \tMon\nDe : \tMary Smith "
                              f"<{MARY}>\nPour : \tx@else.example",
            "thunderbird-es": "-------- Mensaje reenviado --------\nAsunto: \tx\nFecha: \tMon\nDe: \tMary Smith "
                              f"<{MARY}>\nPara: \tx@else.example",
            "of-our-own": f"FYI\n\nFrom: Tom Brown <tom.brown@ourcompany.example>\nSent: Monday\nTo: Mary Smith "
            f"<{MARY}>\n"
                          "Subject: Offer\n\nsee x@else.example and y@else.example",
            "of-our-own-de": f"Von: Tom Brown <tom.brown@ourcompany.example>\nGesendet: Montag\nAn: Mary Smith "
            f"<{MARY}>\n"
                             "Cc: Sara <sara@ourcompany.example>\nBetreff: x\n\nx@else.example, y@else.example",
        }.items()
    ),
    one("passed-on-as-a-file", f"{COLLEAGUE}\nContent-Type: multipart/mixed; boundary=b", TOM,
        text=f"--b\nContent-Type: text/plain\n\nsee attached\n--b\nContent-Type: message/rfc822\n\nFrom: {MARY}\n"
        "Subject: Order\n\nhi\n--b--"),
    one("passed-on-by-a-customer", PLAIN, WROTE,
        text=f"FYI\n\nFrom: James <{JAMES}>\nSent: Monday\nTo: Mary"),
)  # fmt: skip
SENT = (
    one("sent-answers-elsewhere", f"From: Sales <sales@ourcompany.example>\nTo: {MARY}\nReply-To: "
        f"support@ourcompany.example",
        f"{MARY} to addressed"),
    one("sent-in-copy-only", f"From: sales@ourcompany.example\nTo: sales@ourcompany.example\nCc: {MARY}",
        f"{MARY} cc addressed"),
    one("sent-by-a-plus-of-a-brand", f"From: Sales <sales+uk@ourcompany.example>\nTo: {MARY}\nCc: "
        f"sales+log@ourcompany.example",
        f"{MARY} to addressed"),
    one("sent-for-the-shared-box", f"From: Info <info@ourcompany.example>\nSender: Sales <sales@ourcompany.example>\n"
        f"To: {MARY}\nCc: info@ourcompany.example", f"{MARY} to addressed"),
    one("sent-by-a-colleague-for-all", f"From: info@ourcompany.example\nSender: tom.brown@ourcompany.example\n{TO}\n"
        f"Cc: Mary <{MARY}>, James <{JAMES}>", f"{MARY} cc addressed", f"{JAMES} cc addressed"),
)  # fmt: skip
SPELLED = (
    one("srs-with-a-plus", PLAIN.replace(MARY, "SRS0+x7Kd=VQ=northwind.example=mary.smith@relay.example"), WROTE),
    one("srs-of-a-cloud", PLAIN.replace(MARY, "mary.smith+SRS=x7Kd=VQ=northwind.example=mary.smith@relay.example"),
        WROTE),
    one("batv-in-a-forward", PLAIN.replace(MARY, "prvs=0123abcdef=mary.smith@northwind.example."), WROTE),
    one("idn-mixed", PLAIN.replace(MARY, "j@xn--mller-kva.BÜCHER.example"),
        "j@xn--mller-kva.bücher.example from wrote"),
    one("idn-case", PLAIN.replace(MARY, "J@MÜLLER.example"), "J@müller.example from wrote"),
    one("quoted-blank", PLAIN.replace(MARY, '"mary smith"@northwind.example'),
        '"mary smith"@northwind.example from wrote'),
    one("quoted-at", PLAIN.replace(MARY, '"mary@home"@northwind.example'), '"mary@home"@northwind.example from wrote'),
    one("fullwidth-dot", PLAIN.replace(MARY, "mary.smith@northwind．example"), WROTE),
)  # fmt: skip
OTHERS = (
    one("m365-quarantine", f"From: Microsoft <quarantine@messaging.cloud.example>\n{TO}",
        "quarantine@messaging.cloud.example from machine"),
    one("bank-it", f"From: Banca <no-reply@banca.example>\n{TO}", "no-reply@banca.example from machine",
        text="Bonifico da Mary Smith"),
    one("info-of-a-shop", f"From: Shop <info@shop.example>\nReply-To: Mary Smith <{MARY}>\n{TO}",
        "info@shop.example from wrote", ANSWERED),
    one("on-behalf-de", f'From: "Mary Smith im Auftrag von Northwind" <mary.smith@northwind.example>\n{TO}', WROTE),
    one("de-form-html", f"From: Website <website@ourcompany.example>\n{TO}\nContent-Type: text/html; charset=utf-8",
        GUESS, text=f"<table><tr><th>E-Mail-Adresse</th><td><a "
        f"href='mailto:{MARY}'>{MARY}</a></td></tr><tr><th>Nachricht</th><td>Bitte an "
        f"x@else.example</td></tr></table>"),
    one("fr-form-paragraphs", f"From: Site <webmaster@ourcompany.example>\n{TO}\nContent-Type: text/html; "
        f"charset=utf-8", GUESS, text=f"<p><strong>Votre "
        f"e-mail</strong><br>{MARY}</p><p><strong>Message</strong><br>voir x@else.example</p>"),
    one("es-form-br", FORM, MACHINE, GUESS, text=f"Nombre y apellidos: Mary Smith\r\nCorreo electrónico: "
        f"{MARY}\r\nMensaje: escribir a x@else.example"),
    one("it-form-email-mittente", FORM, MACHINE, GUESS, text=f"Nome: Mary\nE-mail del mittente: {MARY}\nMessaggio: "
        f"x@else.example"),
    one("it-form-email-cliente", FORM, MACHINE, GUESS, text=f"Email del cliente\n{MARY}\nx@else.example"),
    one("nl-form", FORM, MACHINE, GUESS, text=f"Naam: Mary\nE-mailadres: {MARY}\nBericht: x@else.example"),
    one("sv-form", FORM, MACHINE, GUESS, text=f"Namn: Mary\nE-postadress: {MARY}\nMeddelande: x@else.example"),
    one("pl-form", FORM, MACHINE, GUESS, text=f"Imię: Mary\nAdres e-mail: {MARY}\nWiadomość: x@else.example"),
    one("reply-address-label", FORM, MACHINE, GUESS, text=f"Reply to: {MARY}\nSee x@else.example"),
    one("form-replyto-list-header", f"From: Site <site@ourwebsite.example>\nReply-To: Mary Smith "
        f"<{MARY}>\nX-Mailer: PHPMailer 6\n{TO}", "site@ourwebsite.example from wrote", ANSWERED),
    one("forward-subject-table", COLLEAGUE, GUESS, text=f"FYI\n\n| From: | Mary Smith <{MARY}> |\n| Sent: | Monday "
        f"|\n| To: | x@else.example |"),
    one("forward-new-outlook-it", COLLEAGUE, GUESS, text=f"Ciao\n\nDa: Mary Smith <{MARY}>\nData: lunedì, 16 "
        f"novembre 2026 alle 10:00\nA: Tom <x@else.example>\nOggetto: Ordine"),
    one("forward-lotus", COLLEAGUE, GUESS, text=f"----- Forwarded by Tom Brown/OUR on 11/20/2026 10:00 AM "
        f"-----\n\nFrom:\tMary Smith <{MARY}>\nTo:\tx@else.example\nDate:\t11/20/2026"),
    one("forward-lotus-de", COLLEAGUE, GUESS, text=f"----- Weitergeleitet von Tom Brown am 20.11.2026 "
        f"-----\n\nVon: Mary Smith <{MARY}>\nAn: x@else.example"),
    one("forward-samsung", COLLEAGUE, GUESS, text=f"-------- Original message --------\nFrom: Mary Smith "
        f"<{MARY}>\nDate: 20/11/2026 10:00 (GMT+01:00)\nTo: x@else.example\nSubject: Order"),
    one("forward-zimbra-it", COLLEAGUE, GUESS, text=f"Da: \"Mary Smith\" <{MARY}>\nA: x@else.example\nInviato: Lunedì"),
    one("forward-yahoo-fr", COLLEAGUE, GUESS, text=f"----- Mail transféré -----\nDe : Mary Smith <{MARY}>\nÀ : "
        f"x@else.example <x@else.example>\nEnvoyé : lundi"),
    one("answered-inside-gmail-de", COLLEAGUE, GUESS, text=f"siehe\n\nAm Mo., 16. Nov. 2026 um 10:00 Uhr schrieb "
        f"Mary Smith <{MARY}>:\n> Hallo"),
    one("answered-inside-gmail-fr", COLLEAGUE, GUESS, text=f"voir\n\nLe lun. 16 nov. 2026 à 10:00, Mary Smith "
        f"<{MARY}> a écrit :\n> Bonjour"),
    one("answered-inside-two-lines", COLLEAGUE, GUESS, text=f"see\n\nOn Mon, Nov 16, 2026 at 10:00 AM Mary Smith "
        f"<{MARY}>\nwrote:\n> Hi\n> x@else.example"),
    one("answered-inside-es", COLLEAGUE, GUESS, text=f"ver\n\nEl lun, 16 nov 2026 a las 10:00, Mary Smith "
        f"(<{MARY}>) escribió:\n> Hola"),
    one("ndr-it-yahoo", DAEMON, LOST, GUESS, text=f"Spiacenti, non è stato possibile recapitare il messaggio al "
        f"seguente indirizzo.\n\n<{MARY}>:\n550"),
    one("ndr-de-tonline", DAEMON, LOST, GUESS, text=f"|------------------------- Message log follows: "
        f"-------------------------|\n no valid recipients were found for this message\n|------------------------- "
        f"Failed addresses follow: ---------------------|\n <{MARY}> ... unknown\n|------------------------- "
        f"Message text follows: ------------------------|\nTo: {JAMES}"),
    one("ndr-mailenable", DAEMON, LOST, GUESS, text=f"Message for domain northwind.example could not be delivered "
        f"to the following recipients.\n\n[SMTP:{MARY}]\nReason: user unknown"),
    one("ndr-delay", DAEMON, LOST, GUESS, text=f"THIS IS A WARNING MESSAGE ONLY.\nYour message could not be "
        f"delivered for 4 hours.\n\n<{MARY}>: connect to mx: timed out"),
    one("ndr-barracuda", f"From: postmaster@mx.filter.example\n{TO}", "postmaster@mx.filter.example from machine",
        GUESS, text=f"**Message blocked**\n\nYour message to {MARY} has been blocked. See https://filter.example"),
    one("ndr-exchange-nl", DAEMON, LOST, GUESS, text=f"Het bericht kan niet worden bezorgd bij de volgende "
        f"geadresseerden of groepen:\n\nMary Smith ({MARY})\nNeem contact op met helpdesk@else.example"),
    one("calendar-cancel", f"From: Mary Smith <{MARY}>\nSender: noreply@meet.example\n{TO}", WROTE),
    one("teams-channel", f"From: Mary Smith in Teams <noreply@email.teams.example>\n{TO}",
        "noreply@email.teams.example from machine"),
    one("voice-of-ours", f"From: Unity <unitymessaging@ourcompany.example>\n{TO}",
        "unitymessaging@ourcompany.example from colleague"),
    one("mailchimp-of-ours-to-us", f"From: Our News <news@ourcompany.example>\nSender: Our News "
        f"<news=ourcompany.example@mail123.mcsv.example>\nReply-To: <us5-x@inbound.mc.example>\n{TO}\nPrecedence: "
        f"bulk", "news@ourcompany.example from colleague"),
    one("groups-es", f"From: \"'Mary Smith' a través de Ventas\" <ventas@groups.example>\nReply-To: Mary "
        f"<{MARY}>\nList-ID: <ventas.groups.example>\nTo: ventas@groups.example", ANSWERED,
        "ventas@groups.example to machine"),
    one("groups-fr", f"From: 'Mary Smith' via Ventes <ventes@groups.example>\nX-Original-Sender: {MARY}\nList-ID: "
        f"<ventes.groups.example>\nTo: ventes@groups.example", ORIGINAL, "ventes@groups.example to machine"),
    one("exchange-group", f"From: Mary Smith <{MARY}>\nSender: Group <group@ourtenant.cloud.example>\nTo: "
        f"group@ourcompany.example", WROTE, "group@ourtenant.cloud.example sender sent"),
    one("two-reply-to", f"From: Form <noreply@form.example>\nReply-To: Mary <{MARY}>, info@form.example\n{TO}",
        ANSWERED, "info@form.example reply-to answered", "noreply@form.example from machine"),
    one("comma-name", f'From: "Smith, Mary" <{MARY}>\n{TO}', WROTE),
    one("encoded-name", f"From: =?utf-8?Q?Smith=2C_Mary?= <{MARY}>\n{TO}", WROTE),
    one("angle-in-name", f'From: "Mary Smith <Northwind>" <{MARY}>\n{TO}', WROTE),
    one("only-reply-to-and-list", f"From: Talk <talk@lists.example>\nReply-To: Mary <{MARY}>\nList-Post: "
        f"<mailto:talk@lists.example>\nTo: talk@lists.example", ANSWERED, "talk@lists.example to machine"),
    one("received-in-blind", f"From: Mary <{MARY}>\nTo: undisclosed-recipients:;", WROTE),
    one("to-many-and-us-blind", f"From: Mary <{MARY}>\nTo: James <{JAMES}>", WROTE, f"{JAMES} to also"),
)  # fmt: skip
MADE = (*FORMS, *LISTS, *RELAYS, *NOTICES, *DESKS, *ABSENT, *REPORTS, *PASSED_ON, *SENT, *SPELLED, *OTHERS)
