"""The JSON object in an answer of vtenext, with whatever PHP printed around it.

PHP prints warnings and notices where ``display_errors`` is on, before the answer or behind it: an answer that can be
read all the same is better than a mail stored twice. But an error page may hold a piece of JSON too, a proxy's page
the very answer that it did not deliver: so what stands before an answer must look like something that was printed,
and what stands in an element, a script, a quotation or another piece of JSON is no answer.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

BLANKS = "\ufeff \t\r\n"

_DEEPEST = 64
_BEGIN = re.compile(r'\{\s*+"(?:status|success)"\s*+:')
"""How vtenext begins each answer; its last resort for PHP's errors leaves the status away."""
_NO_BRACKETS = re.compile(r'(?s)"[^"\\]*+(?:\\.[^"\\]*+)*+"|[^][{}"]++')
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)(?:\s[^<>]*)?(?<!/)>", re.IGNORECASE)
_VOID = frozenset(("br", "hr", "img", "meta", "link", "input", "wbr", "col", "base"))
_PRINTED = re.compile(r"\b(?:warning|notice|deprecated|strict standards|error)\b", re.IGNORECASE)


def answer_in(text: str) -> dict[str, Any]:
    """Return the answer inside a response; empty where none can be made out for sure."""
    text = text.lstrip(BLANKS)
    if text.startswith("{"):
        return _read(text)
    begin = _BEGIN.search(text)
    if begin is None or not _is_printed(text[: begin.start()]):
        return {}
    return _read(text[begin.start() :], alone=True)


def _read(text: str, *, alone: bool = False) -> dict[str, Any]:
    """The object with which the text begins; with ``alone`` none where another answer follows."""
    if _too_deep(text):
        return {}
    try:
        value, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return {}
    behind = text[end:].lstrip(BLANKS)
    if behind[:1] in tuple("]}),;:'\"`") or behind.startswith("</") or (alone and _BEGIN.search(behind)):
        return {}
    return value if isinstance(value, dict) else {}


def _is_printed(before: str) -> bool:
    """Whether this may have been printed before an answer, rather than hold the answer as a part of it."""
    lower = before.lower()
    if lower.count("<!--") > lower.count("-->") or ("<!doctype" in lower and "</html" not in lower):
        return False
    opened: Counter[str] = Counter()
    for closing, name in _TAG.findall(lower):
        opened[name] += -1 if closing else 1
    if any(count > 0 for name, count in opened.items() if name not in _VOID):
        return False
    last = before.rstrip(BLANKS)[-1:]
    ended = "\n" in before[len(before.rstrip(BLANKS)) :] or last == ">" or before.endswith("\ufeff")
    return last not in tuple("[{(:,='\"`\\") and (ended or _PRINTED.search(before) is not None)


def _too_deep(text: str) -> bool:
    """Whether reading the object that begins the text would overflow the stack: in a browser that kills Python."""
    if text.count("[") + text.count("{") <= _DEEPEST:
        return False
    depth = 0
    for sign in _NO_BRACKETS.sub("", text):
        depth += 1 if sign in "[{" else -1
        if depth > _DEEPEST:
            return True
        if depth <= 0:
            break
    return False
