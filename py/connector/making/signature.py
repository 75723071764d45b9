"""A telephone number out of a mail's signature, where it is certain whose it is.

Certain means: it stands behind a word for it, in the part that the writer has written, beneath the writer's own name,
and no other number does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_LINES = 400
"""Lines that are looked at for the end of what the writer has written."""
NEAR = 12
"""Lines from the name to the number."""

_QUOTED = re.compile(
    r"^\s*(?:>|_{8,}|-{2,}\s*\w.*-{2,}\s*$|(?:From|Von|Da|De|Sent|Gesendet|Inviato)\s*:\s|"
    r"(?:On|Am|Il|Le)\s.{4,120}(?:wrote|schrieb|ha scritto|a écrit)\b)"
)
"""Where an older mail begins."""
_LABELS = (
    ("mobile", r"mobile|mobil|mob|handy|cell|cellulare|cell\. phone|portable|m"),
    ("phone", r"telephone|telefono|telefon|téléphone|phone|tel|fon|office|direct|durchwahl|t|p|ph"),
)
_NUMBER = r"(\+?\(?\d[\d\s()./\-–]{5,22}\d)"
_LINES = {
    name: re.compile(rf"(?:^|[\s|,;•·])(?:{words})\s*[.:]+\s*{_NUMBER}", re.IGNORECASE) for name, words in _LABELS
}
_NO_DIGIT = re.compile(r"\D")
_OTHERS = re.compile(r"(?:^|[\s|,;•·])(?:fax|telefax|f|hotline|zentrale|centralino)\s*[.:]", re.IGNORECASE)


@dataclass(frozen=True)
class Numbers:
    """Telephone numbers as they were written; each may be empty."""

    phone: str = ""
    mobile: str = ""


def numbers(text: str, last_name: str) -> Numbers:
    """Return the numbers in the signature of the person with that last name, out of a mail's plain text."""
    lines = own_lines(text)
    name = last_name.casefold()
    named = [at for at, line in enumerate(lines) if name and name in line.casefold() and len(line) < 100]
    if not named:
        return Numbers()
    signature = lines[named[-1] : named[-1] + NEAR]
    found = {kind: _one(signature, pattern) for kind, pattern in _LINES.items()}
    return Numbers(found["phone"], found["mobile"])


def own_lines(text: str) -> list[str]:
    """Return the lines that the writer has written, without what is quoted below."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:MOST_LINES]
    for at, line in enumerate(lines):
        if _QUOTED.match(line[:300]):
            return lines[:at]
    return lines


def _one(lines: list[str], pattern: re.Pattern[str]) -> str:
    """The only number that such a word stands before; empty where there are none or several."""
    written = []
    for line in lines:
        # Behind "Fax:" in the same line nothing is certain.
        written += pattern.findall(_OTHERS.split(line[:300])[0])
    by_digits = {_NO_DIGIT.sub("", one): " ".join(one.split()) for one in written}
    if len(by_digits) != 1:
        return ""
    ((digits, number),) = by_digits.items()
    return number if 7 <= len(digits) <= 15 else ""
