"""More everyday mails: lists in other languages, a report that was passed on, services that write for somebody."""

from __future__ import annotations

from people.situations import COLLEAGUE, DAEMON, GUESS, JAMES, LOST, MARY, PLAIN, WROTE, one

_DESK = "support@ourdesk.example"
FURTHER = (
    one("mailman-in-german", "From: Mary Smith über Fachliste <fachliste@listen.example>\n"
        f"Reply-To: Fachliste <fachliste@listen.example>\nCc: Mary Smith <{MARY}>\nTo: fachliste@listen.example\n"
        "List-Id: Fachliste <fachliste.listen.example>", f"{MARY} cc original", "fachliste@listen.example to machine"),
    one("mailman-in-polish", "From: Mary Smith przez Lista <lista@listy.example>\n"
        f"Reply-To: lista@listy.example\nCc: Mary Smith <{MARY}>\nTo: lista@listy.example\n"
        "List-Id: <lista.listy.example>", f"{MARY} cc original", "lista@listy.example to machine"),
    one("group-in-swedish", f"From: Mary Smith genom Listan <listan@listor.example>\nX-Original-From: {MARY}\n"
        "To: sales@ourcompany.example", f"{MARY} from original", "listan@listor.example from machine"),
    one("list-with-an-answer-beside-it", f"From: Mary Smith <{MARY}>\nTo: talk@lists.example\nPrecedence: list\n"
        f"Sender: talk-bounces+sales=ourcompany.example@lists.example\nList-Id: <talk.lists.example>\n"
        f"Reply-To: Talk <talk@lists.example>, James <{JAMES}>",
        WROTE, f"{JAMES} reply-to answered", "talk@lists.example to machine"),
    one("report-passed-on-by-a-colleague", COLLEAGUE, GUESS,
        text="That one came back.\n\n-----Original Message-----\n"
        "From: Mail Delivery Subsystem <mailer-daemon@mx.relay.example>\nTo: Tom Brown\nSubject: Undeliverable\n\n"
        f"Delivery has failed to these recipients or groups:\n\nMary Smith ({MARY})\nThe address couldn't be found."),
    one("report-in-german-by-a-webmailer", DAEMON, LOST, GUESS,
        text=f"** Adresse nicht gefunden **\n\nDeine Nachricht wurde nicht an {MARY} zugestellt."),
    one("answer-to-a-meeting-by-a-calendar", f"From: Mary Smith <{MARY}>\nReply-To: Mary Smith <{MARY}>\n"
        "Sender: Calendar <calendar-notification@calendars.example>\nAuto-Submitted: auto-generated\n"
        "To: sales@ourcompany.example", f"{MARY} reply-to answered"),
    one("form-of-our-own-site-by-somebody-at-a-provider", "From: Website <wordpress@ourcompany.example>\n"
        "Reply-To: Mary Smith <mary.smith77@gmail.com>\nTo: sales@ourcompany.example",
        "mary.smith77@gmail.com reply-to answered", text="Name: Mary Smith\nE-Mail: mary.smith77@gmail.com"),
    one("our-ticket-system", "From: Helpdesk <helpdesk@ourcompany.example>\n"
        "Reply-To: <helpdesk+TT12@ourcompany.example>\n"
        "Auto-Submitted: auto-generated\nTo: sales@ourcompany.example", GUESS,
        text=f"[TT12] Cooling unit\n\nReported by: Mary Smith <{MARY}>\nAssigned to: luca.conti@ourcompany.example"),
    one("rented-ticket-system", f'From: "Mary Smith (Northwind)" <{_DESK}>\n'
        "Reply-To: Desk <support+id8WKX2M-4Y0P@ourdesk.example>\nAuto-Submitted: auto-generated\n"
        "To: sales@ourcompany.example", f"{_DESK} from machine", GUESS,
        text=f"##- Please type your reply above this line -##\nMary Smith, Nov 20\n{MARY}\nthe pump leaks"),
    one("mailing-of-a-service", "From: Northwind <newsletter=northwind.example@mail42.mailing.example>\n"
        "Reply-To: Northwind <us1-abc-def@inbound.mailing.example>\nPrecedence: bulk\nTo: sales@ourcompany.example",
        "newsletter@northwind.example from machine",
        "newsletter=northwind.example@mail42.mailing.example from machine"),
    one("srs-behind-a-plus", PLAIN.replace(MARY, "SRS0+x7Kd=VQ=northwind.example=mary.smith@forwarder.example"), WROTE),
    one("idn-on-both-sides", "From: Jürgen <jürgen@bücher-müller.example>\n"
        "To: sales@ourcompany.example", "jürgen@bücher-müller.example from wrote"),
    one("shared-mailbox-of-theirs", f"From: Office <office@northwind.example>\nSender: Mary Smith <{MARY}>\n"
        "To: sales@ourcompany.example", "office@northwind.example from wrote", f"{MARY} sender sent"),
    one("sent-for-our-mailbox", "From: Sales <sales@ourcompany.example>\nSender: luca.conti@ourcompany.example\n"
        f"To: Mary Smith <{MARY}>\nCc: sales@ourcompany.example", f"{MARY} to addressed"),
    one("domain-two-below", PLAIN.replace("northwind", "de.mail.northwind"),
        "mary.smith@de.mail.northwind.example from wrote"),
)  # fmt: skip
"""What a list, a service or a colleague makes of a mail, as met in other languages and programs."""
