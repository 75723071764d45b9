"""VTQL, the query language of vtenext's REST API: a parser of the whole language, which is small.

    SELECT * | count(*) | field, …  FROM Module
    [WHERE field = != < > <= >= LIKE value | field IN (value, …)  [AND | OR …]]
    [ORDER BY field, … [ASC | DESC]]  [LIMIT [offset,] rows] ;

There are no parentheses but those of IN and count, and the semicolon is required. A quote inside a
value is doubled. An empty value (two quotes) is no token of vtenext's lexer and therefore an error.
The parsed value is what stands between the quotes with the doubled quotes resolved; vtenext hands it
on to the database, where a backslash does escape: `unescaped` tells what is compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import DENIED, PhpFatal, WebServiceError

OPERATORS = {"=": "EQ", "!=": "NE", "<": "LT", ">": "GT", "<=": "LTE", ">=": "GTE"}
_KEYWORDS = {
    "select": "SELECT", "from": "FRM", "where": "WHERE", "and": "LOGICAL_AND", "or": "LOGICAL_OR", "in": "IN",
    "like": "LIKE", "by": "ORDERBY", "asc": "ASC", "desc": "DESC", "limit": "LIMIT", "count": "COUNT",
}  # fmt: skip
_SIGNS = {"(": "PARENOPEN", ")": "PARENCLOSE", ",": "COMMA", "*": "ASTERISK", ";": "SEMICOLON"} | OPERATORS
_TOKEN = re.compile(r"[ \t\r\n]*+(?:(?P<word>\w++)|(?P<text>'(?:[^']|'')++')|(?P<number>[+-]\d++)"
                    r"|(?P<sign><=|>=|!=|[=<>(),*;])|(?P<end>\Z))", re.ASCII)  # fmt: skip
_ESCAPES = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a", "%": "\\%", "_": "\\_"}


@dataclass(frozen=True)
class Condition:
    """One comparison: the field, the operator (``=``, ``LIKE``, ``IN``, …) and its values (one, but for IN)."""

    field: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """A parsed query. ``fields`` is empty for ``*`` and for ``count(*)``.

    ``alternatives`` are joined by OR, the conditions of each by AND. ``limit`` is (offset, rows).
    """

    module: str
    fields: tuple[str, ...]
    count: bool
    alternatives: tuple[tuple[Condition, ...], ...]
    order: tuple[str, ...]
    descending: bool
    limit: tuple[int, int] | None

    def named_fields(self) -> Iterator[str]:
        """Yield the fields that the conditions name."""
        for conditions in self.alternatives:
            for condition in conditions:
                yield condition.field


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    line: int


def unescaped(value: str) -> str:
    """Return what MySQL makes of a value between quotes.

    Raises ValueError where a backslash would escape the closing quote, which breaks the statement.
    """

    def replaced(match: re.Match[str]) -> str:
        return _ESCAPES.get(match[1], match[1])

    if (len(value) - len(value.rstrip("\\"))) % 2:
        raise ValueError("The closing quote is escaped.")
    return re.sub(r"\\(.)", replaced, value, flags=re.DOTALL)


def quoted(value: str) -> str:
    """Return the VTQL literal whose comparison value is exactly this (not empty) text."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def module_named(text: str) -> str:
    """Return what vtenext takes for the module before it parses: the word behind the first ``from``, in a name, too.

    So a field whose name ends in it, such as ``email_from``, may not stand right before FROM.
    """
    found = re.search(r"from\s+([^\s;]+)", text, re.IGNORECASE | re.ASCII)
    if found is None:
        raise WebServiceError(f"{DENIED} for query")
    return found[1]


def parse(text: str) -> Query:
    """Parse a query; raises `WebServiceError` with vtenext's text for a syntax error, `PhpFatal` for its lexer's."""
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._line = 1
        self._last = ""
        self._token = self._next()

    def _next(self) -> _Token:
        match = _TOKEN.match(self._text, self._position)
        if match is None:
            rest = self._text[self._position :].lstrip(" \t\r\n")
            raise PhpFatal(f"Unexpected input at line{self._line}: {rest[:1]}", "include/Webservices/VTQL_Lexer.php")
        self._position = match.end()
        text = match[match.lastgroup or "end"]
        if match.lastgroup == "end":
            return _Token("End of Input", "0", self._line)
        if match.lastgroup == "text":
            return _Token("VALUE", text, self._line)
        if match.lastgroup == "number":
            return _Token("VALUE", text, self._line)
        if match.lastgroup == "sign":
            return _Token(_SIGNS[text], text, self._line)
        word = text.lower()
        if word == "order":
            return self._next()
        return _Token(_KEYWORDS.get(word, "COLUMNNAME"), text, self._line)

    def _fail(self, *expected: str) -> WebServiceError:
        near = self._last if self._token.kind == "End of Input" else self._token.text
        return WebServiceError(
            f"Syntax Error on line {self._token.line}: token '{near}' "
            f"Unexpected {self._token.kind}({self._token.text}), expected one of: {','.join(expected)}"
        )

    def _take(self, *kinds: str) -> str:
        token = self._token
        if token.kind not in kinds:
            raise self._fail(*kinds)
        self._last = token.text
        self._token = self._next()
        return token.text

    def _at(self, kind: str) -> bool:
        return self._token.kind == kind

    def _name(self, kind: str) -> str:
        """Take a name; a keyword where only a name can stand is a name to vtenext's lexer."""
        if self._token.text.isidentifier() and self._token.kind in set(_KEYWORDS.values()) - {"FRM"}:
            self._token = _Token("COLUMNNAME", self._token.text, self._token.line)
        if self._token.kind != "COLUMNNAME":
            raise self._fail(kind)
        return self._take("COLUMNNAME")

    def query(self) -> Query:
        self._take("SELECT")
        count, fields = self._columns()
        self._take("FRM")
        module = self._name("TABLENAME")
        alternatives = self._conditions()
        order, descending = self._order()
        limit = self._limit()
        self._take("SEMICOLON")
        if not self._at("End of Input"):
            raise self._fail("End of Input")
        return Query(module, fields, count, alternatives, order, descending, limit)

    def _columns(self) -> tuple[bool, tuple[str, ...]]:
        if self._at("ASTERISK"):
            self._take("ASTERISK")
            return False, ()
        if self._at("COUNT"):
            for kind in ("COUNT", "PARENOPEN", "ASTERISK", "PARENCLOSE"):
                self._take(kind)
            return True, ()
        names = [self._name("COLUMNNAME")]
        while self._at("COMMA"):
            self._take("COMMA")
            names.append(self._name("COLUMNNAME"))
        return False, tuple(names if "id" in names else [*names, "id"])

    def _conditions(self) -> tuple[tuple[Condition, ...], ...]:
        if not self._at("WHERE"):
            return ()
        self._take("WHERE")
        alternatives = [[self._condition()]]
        while self._token.kind in {"LOGICAL_AND", "LOGICAL_OR"}:
            if self._take("LOGICAL_AND", "LOGICAL_OR").lower() == "or":
                alternatives.append([])
            alternatives[-1].append(self._condition())
        return tuple(map(tuple, alternatives))

    def _condition(self) -> Condition:
        field = self._name("COLUMNNAME")
        operator = self._take(*OPERATORS.values(), "IN", "LIKE").upper()
        if operator != "IN":
            return Condition(field, operator, (self._value(),))
        self._take("PARENOPEN")
        values = [self._value()]
        while self._at("COMMA"):
            self._take("COMMA")
            values.append(self._value())
        self._take("PARENCLOSE")
        return Condition(field, operator, tuple(values))

    def _value(self) -> str:
        if self._token.kind == "COLUMNNAME" and self._token.text[:1].isdigit():
            return self._take("COLUMNNAME")
        text = self._take("VALUE")
        return text[1:-1].replace("''", "'") if text.startswith("'") else text

    def _order(self) -> tuple[tuple[str, ...], bool]:
        if not self._at("ORDERBY"):
            return (), False
        self._take("ORDERBY")
        names = [self._name("COLUMNNAME")]
        while self._at("COMMA"):
            self._take("COMMA")
            names.append(self._name("COLUMNNAME"))
        descending = self._at("DESC")
        if self._token.kind in {"ASC", "DESC"}:
            self._take("ASC", "DESC")
        return tuple(names), descending

    def _limit(self) -> tuple[int, int] | None:
        if not self._at("LIMIT"):
            return None
        self._take("LIMIT")
        numbers = [self._integer()]
        if self._at("COMMA"):
            self._take("COMMA")
            numbers.append(self._integer())
        return (0, numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[1])

    def _integer(self) -> int:
        if not re.fullmatch(r"\d{1,18}", self._token.text):
            raise self._fail("VALUE")
        return int(self._take("COLUMNNAME", "VALUE"))
