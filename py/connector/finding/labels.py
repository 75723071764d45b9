"""What stands before an address in a text, and what that says of it: the labels of forms, forwarded mails, notices.

is_mail_label("Geschäftliche E-Mail-Adresse *")     # True: behind it stands somebody's address
is_writer_label("Aperto da")                        # True: behind it stands who wrote, asked, ordered
is_other_label("Cc")                                # True: behind it stands somebody else
"""

from __future__ import annotations

import re

LONGEST_LABEL = 100
_WRITERS = frozenset(
    (
        "from|da|von|de|desde|expéditeur|remitente|remetente|mittente|absender|van|afzender|fra|afsender|från|avsändare|"
        "lähettäjä|od|nadawca|odesílatel|odosielateľ|feladó|de la|expeditor|από|kimden|gönderen|от|від|от кого|"
        "отправитель|pošiljatelj|saatja|no|nuo|frá|发件人|寄件者|差出人|보낸 사람|מאת|من|"
        "reply-to|reply to|répondre à|rispondi a|antwort an|antworten an|responder a|original sender|on behalf of|"
        "rückantwort an|per conto di|"
        "requester|reporter|submitter|customer|client|contact|sender|name|author|user|lead|buyer|guest|"
        "visitor|applicant|attendee|referent|registrant|subscriber|candidate|caller|participant|invitee|full name|"
        "kunde|kundin|kunden|kontakt|kontaktperson|ansprechpartner|anfragender|ersteller|erstellerin|interessentin|"
        "melder|besucher|gast|käufer|besteller|auftraggeber|"
        "interessent|interessent/in|bewerber|bewerberin|teilnehmer|teilnehmerin|benutzer|nutzer|autor|"
        "cliente|contatto|referente|richiedente|nome|visitatore|ospite|invitato|acquirente|ordinante|segnalante|utente|"
        "autore|"
        "candidato|candidata|partecipante|contacto|solicitante|nombre|visitante|invitado|comprador|usuario|"
        "demandeur|nom|visiteur|invité|acheteur|utilisateur|auteur|candidat|participant|klant|bezoeker"
    ).split("|")
)
_PEOPLE = frozenset(word for word in _WRITERS if len(word) > 4 and " " not in word)
"""Words that name a person beside others, too: ``Buyer contact``."""
_VALUES = frozenset("value wert valore valeur valor answer antwort risposta réponse respuesta response".split())
_BY = re.compile(
    r"(?i)(?:^|[\s\u00a0(])(?:from|by|von|da|par|por|van|door|av|af|od|przez|durch|desde|für|for)$"
    r"|^(?:anfrage|richiesta|ordine|demande|commande|solicitud|pedido|bestellung|messaggio|message) (?:di|de)$"
)
"""``raised by``, ``Anfrage von``, ``Compilato da``."""
_REGISTERED = re.compile(
    r"\b(?:registered|subscribed|signed up|subscriber|iscritt[oa]|registrat[oa]|registriert|angemeldet|inscrite?|"
    r"registrad[oa])$"
)
"""``A new user has registered``."""
_OURS = re.compile(
    r"\b(?:agents?|assignee|assigned|owner|operator|staff|organi[sz]er|seller|webmaster|administrator|bearbeiter|"
    r"sachbearbeiter\w*|zuständig\w*|verkäufer\w*|operatore|assegnatari[oa]|assegnat[oa]|venditore|vendeur|vendedora?|"
    r"recipient\w*|empfänger\w*|destinatari[oa]|destinatário|destinataire|ontvanger|datenschutz\w*|our|unsere?|nostr[oa]|"
    r"notre|nuestr[oa])\b"
)
"""``Agent email``: somebody who is asked, or gets something, and does not ask."""
_MAKERS = re.compile(r"(?i)\b(?:powered|hosted|provided|bereitgestellt|realizzato|fornito|propulsé|gestit[ao]|help)\b")
_TO = frozenset("to|an|a|à|para|pour|aan|til|till|do|komu|címzett|către|destinatario|empfänger|destinataire".split("|"))
_OTHERS = _TO | frozenset(
    (
        "cc|bcc|ccn|copia|kopie|za|prima|кому|kime|προς|宛先|收件人|받는 사람|agent|agents|assignee|assigned to|owner|"
        "host|organizer|organiser|operator|staff|gastgeber|bearbeiter|zuständig|operatore|assegnato a|assegnatario|"
        "website|site|web|url|sito|sito web|seite|webseite|site web|sitio web|message|message body|comment|comments|"
        "text|note|notes|nachricht|nachrichtentext|bemerkung|kommentar|messaggio|corpo del messaggio|richiesta|testo|"
        "altro|corps du message|mensaje|cuerpo del mensaje|mensagem|bericht|meddelande|wiadomość|comentario|"
        "comentarios|privacy|datenschutz|dpo|see|subject|betreff|oggetto|objet|asunto|body"
    ).split("|")
)
_MAIL = re.compile(
    r"""(?ix) (?<![^\W\d_]) (?:
      e\W?mails? | e\W?mail\W?(?:address|adresse?n?|adres|indirizzo|id|cím)\w* | mails?
    | mail\W?(?:adresse?|address|adres) | courriels? | m[ée]l | posta\ elettronica | pec | messagerie
    | (?:courrier|adresse)\ [ée]lectronique
    | corr(?:eo|eio) (?:\ electr[óo]nico|\ eletr[ôo]nico)? | e\W?post\w* | s[äa]hk[öo]post\w* | poczt[ay]
    | (?:электронная\ )? почта | имейл | емейл ) (?![^\W\d_])
    | メール | 邮箱 | 郵件 | 邮件 | 이메일 | βρείτε | ηλεκτρονικ
    """
)
_NO_LABEL = re.compile(
    r"""(?ix) (?: \b (?: to | an | a | à | al | all | at | with | und | unter | via | per | per\ la | or | oder | ou
      | con | mit | using | zu | auf | tramite | l )\b ['’]? \W* $ )
    | \b (?: questions? | fragen | frage | domande | preguntas | help | hilfe | support | assistenza | aiuto | aide
      | ayuda
      | problem\w* | contact\ us | kontaktieren | contattaci | contattateci | contactez | contáctenos | unsubscribe
      | abmeld\w* | disiscri\w* | sent | gesendet | inviat[ao] | envoyé | send | write | schreib\w* | scriv\w* | écri\w*
      | escrib\w* | received | reply\ this | automatic\w* | automatisch\w* | automaticamente ) \b
    """
)
"""``write an email to``, ``Questions? Email``: a sentence, or the address of a helpdesk."""
_EDGES = re.compile(r"^(?:[^\w#]|[\d_])+|[\W_]+$")
_HELPERS = re.compile(
    r"(?i)(?:help(?:desk)?|support|supporto|service|services|hilfe|aide|ayuda|aiuto|ajuda|hjalp|hjaelp|pomoc|assistenza|"
    r"assistance|kundenservice|servizioclienti|customercare|privacy|datenschutz|dpo|gdpr|legal|abuse|postmaster|"
    r"unsubscribe|hostmaster|security|it|admin|administrator|sysadmin|webmaster|filter|feedback|billing-support)"
)
_ALWAYS = re.compile(
    r"(?i)support|help(?:desk)?|kundenservice|assistenza|privacy|datenschutz|impressum|abuse|unsubscribe"
)
"""The same as a part of it: ``hotel.support``."""
_SPACED = re.compile(r"[\s_\u00a0]+")
_JOINTS = re.compile(r"[._+-]")


def tidied(text: str) -> str:
    """A label in small letters, without bullets, numbers, brackets and stars around it."""
    return _SPACED.sub(" ", _EDGES.sub("", text[:400])).strip().casefold()


def is_mail_label(text: str) -> bool:
    """Whether a mail address of whoever filled in a form stands behind this: ``Your email (required)``."""
    label = tidied(text)
    return len(label) <= LONGEST_LABEL and _MAIL.search(label) is not None and not _is_of_others(label)


def _is_of_others(label: str) -> bool:
    return _NO_LABEL.search(label) is not None or _OURS.search(label) is not None


def is_writer_label(text: str) -> bool:
    """Whether somebody who wrote, asked, ordered or the like stands behind this."""
    label = tidied(text)
    if label in _WRITERS:
        return True
    if _OURS.search(label):
        return False
    words = label.split()
    if _REGISTERED.search(label) and len(words) <= 8:
        return True
    if label in _OTHERS or len(words) > 5 or _MAKERS.search(label) or _NO_LABEL.search(label):
        return len(words) <= 5 and _BY.search(label) is not None and not _MAKERS.search(label)
    return _BY.search(label) is not None or (len(words) <= 3 and not _PEOPLE.isdisjoint(words))


def is_sender_label(text: str) -> bool:
    """Whether the label is one of a mail's head that names its author, or a form's that names a person."""
    return tidied(text) in _WRITERS


def is_recipient_label(text: str) -> bool:
    """Whether the label is one of a mail's head that names who got it."""
    return tidied(text) in _TO


def is_other_label(text: str) -> bool:
    """Whether somebody else, or the text of whoever wrote, stands behind this."""
    label = tidied(text)
    return label in _OTHERS or is_maker(text) or _OURS.search(label) is not None


def is_maker(text: str) -> bool:
    """Whether a text names who made or hosts what has sent the mail: ``Powered by``."""
    return _MAKERS.search(text) is not None


def is_value_label(text: str) -> bool:
    """Whether the label says nothing but that what was asked for stands behind it."""
    return tidied(text) in _VALUES


def is_label(text: str) -> bool:
    """Whether a text can be a label of any kind: a few words."""
    label = tidied(text)
    return bool(label) and len(label) <= 40 and len(label.split()) <= 4 and not _NO_LABEL.search(label)


def is_helper(mail: str) -> bool:
    """Whether an address is a helpdesk's, an administrator's or the like, as far as its beginning shows."""
    local = mail.partition("@")[0]
    return _HELPERS.fullmatch(local) is not None or any(map(_ALWAYS.fullmatch, _JOINTS.split(local)))
