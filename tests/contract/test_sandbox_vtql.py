"""VTQL in the sandbox CRM: its grammar, its comparisons as MySQL makes them, and that nothing crashes it."""
# ruff: noqa: S608 - the queries are VTQL, and made here on purpose

from __future__ import annotations

import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sandbox_crm.crm import SandboxCrm
from sandbox_crm.errors import PhpFatal, Refusal, WebServiceError
from sandbox_crm.quirks import Quirks
from sandbox_crm.rest import querying, vtql
from sandbox_crm.store import collation
from sandbox_crm.store.access import User

CRM = SandboxCrm()
ADMIN = CRM.access.authenticate("admin", CRM.access_key("admin"), "here")
WORDS = (
    "SELECT", "FROM", "WHERE", "AND", "OR", "IN", "LIKE", "ORDER", "BY", "ASC", "DESC", "LIMIT", "count", "(", ")", "*",
    ",", ";", "=", "!=", "<=", "'x'", "''", "'", "7", "-7", "id", "lastname", "account_id", "Contacts", "Messages",
    "'3x10'", "\\", "é", "\x00", "\n",
)  # fmt: skip


def run(text: str, user: User = ADMIN, crm: SandboxCrm = CRM) -> list[dict[str, str]]:
    return querying.run(crm, user, text)


def lastnames(condition: str) -> list[str]:
    return [row["lastname"] for row in run(f"SELECT lastname FROM Contacts {condition};")]


# -- grammar


def test_everything_at_once() -> None:
    query = vtql.parse(
        "select a,b\nfrom M where a = 'x' and b != 'it''s' or c in ('1','2') and d like '%_' "
        "order by a, b desc limit 5,10;"
    )
    assert (query.module, query.fields, query.limit) == ("M", ("a", "b", "id"), (5, 10))
    assert (query.order, query.descending, query.count) == (("a", "b"), True, False)
    assert query.alternatives == (
        (vtql.Condition("a", "=", ("x",)), vtql.Condition("b", "!=", ("it's",))),
        (vtql.Condition("c", "IN", ("1", "2")), vtql.Condition("d", "LIKE", ("%_",))),
    )


@pytest.mark.parametrize(
    "text",
    [
        "", ";", "SELECT", "SELECT FROM Contacts;", "SELECT id Contacts;", "SELECT id FROM;",
        "SELECT id FROM Contacts WHERE;",
        "SELECT id FROM Contacts WHERE lastname;", "SELECT id FROM Contacts WHERE lastname = ;",
        "SELECT id FROM Contacts WHERE (lastname = 'x');", "SELECT id FROM Contacts WHERE lastname IN 'x';",
        "SELECT id FROM Contacts WHERE lastname IN ();", "SELECT id FROM Contacts WHERE lastname = 'x' AND;",
        "SELECT id FROM Contacts LIMIT;", "SELECT id FROM Contacts LIMIT 1,;", "SELECT id FROM Contacts LIMIT x;",
        "SELECT id FROM Contacts ORDER BY;", "SELECT id FROM Contacts; SELECT id FROM Contacts;",
        "SELECT id FROM Contacts WHERE lastname = 'x' = 'y';", "DELETE FROM Contacts;",
        "SELECT id,, email FROM Contacts;",
        "SELECT count(id) FROM Contacts;", "SELECT id FROM Contacts ORDER BY lastname DESC, id ASC;",
        "SELECT id FROM Contacts WHERE lastname NOT LIKE 'x';", "SELECT id FROM Contacts LIMIT 1 ORDER BY id;",
    ],
)  # fmt: skip
def test_what_is_no_query(text: str) -> None:
    with pytest.raises(WebServiceError, match=r"^Syntax Error on line 1: token '.*' Unexpected .*, expected one of: "):
        vtql.parse(text)


def test_the_line_of_a_syntax_error_is_always_the_first() -> None:
    """vtenext's lexer means to count lines, and does not."""
    with pytest.raises(WebServiceError, match=r"^Syntax Error on line 1: token 'x' "):
        vtql.parse("SELECT id\nFROM Contacts\nx;")


@pytest.mark.parametrize(
    "text", ["SELECT id FROM Contacts WHERE lastname = '';", "SELECT é;", "SELECT id FROM C WHERE a = 'x"]
)
def test_what_is_no_token(text: str) -> None:
    with pytest.raises(PhpFatal, match=r"^Unexpected input at line1: "):
        vtql.parse(text)


# -- comparisons


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("WHERE lastname = 'smith'", ["Smith"]),
        ("WHERE lastname = 'SMITH  '", ["Smith"]),
        ("WHERE lastname = 'muller'", ["Müller"]),
        ("WHERE lastname = 'MÜLLER'", ["Müller"]),
        ("WHERE firstname = 'οyvind'", []),
        ("WHERE firstname = 'NIKOΣ'", []),
        ("WHERE lastname = 'ΠΑΠΑΔΟΠΟΥΛΟΣ'", ["Παπαδόπουλος"]),
        ("WHERE lastname = 'O''Brien'", ["O'Brien"]),
        ("WHERE lastname LIKE 'sm%'", ["Smith"]),
        ("WHERE lastname LIKE 'SM_TH'", ["Smith"]),
        ("WHERE lastname LIKE 'm'", []),
        ("WHERE lastname LIKE '%\\_%'", []),
        ("WHERE lastname > 'V' AND lastname <= 'zz'", ["Whitfield", "Wiśniewska", "Żak"]),
        ("WHERE lastname IN ('smith', 'nair', 'nobody')", ["Smith", "Nair"]),
        ("WHERE lastname = 'Smith' OR lastname = 'Nair' AND firstname = 'nobody'", ["Smith"]),
        ("WHERE firstname = 'nobody' AND lastname = 'Nair' OR lastname = 'Smith'", ["Smith"]),
        ("WHERE lastname != 'x' LIMIT 2", ["Smith", "Whitfield"]),
        ("WHERE lastname != 'x' LIMIT 1,2", ["Whitfield", "Nair"]),
        ("ORDER BY lastname LIMIT 3", ["Bakker", "Berg", "Bianchi"]),
        ("ORDER BY lastname DESC LIMIT 2", ["Παπαδόπουλος", "Żak"]),
        ("ORDER BY id DESC LIMIT 1", ["Favre"]),
        ("WHERE emailoptout = 0 LIMIT 1", ["Smith"]),
    ],
)
def test_comparisons(condition: str, found: list[str]) -> None:
    assert lastnames(condition) == found


def test_ids_compare_by_number() -> None:
    first, second = (row["id"] for row in run("SELECT id FROM Contacts LIMIT 2;"))
    wrong_module = "99x" + first.partition("x")[2]
    assert run(f"SELECT id FROM Contacts WHERE id > '{wrong_module}' LIMIT 1;") == [{"id": second}]
    assert run(f"SELECT id FROM Contacts WHERE id IN ('{first}', '{second}') ORDER BY id DESC;") == [
        {"id": second},
        {"id": first},
    ]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("account_id = 'Northwind'", "Id specified is incorrect"),
        ("nosuch = '1'", "Permission to access nosuch attribute denied."),
    ],
)
def test_conditions_that_fail(condition: str, message: str) -> None:
    with pytest.raises(WebServiceError) as caught:
        run(f"SELECT id FROM Contacts WHERE {condition};")
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT id,email_from FROM HelpDesk;", "Permission to perform the operation is denied for name"),
        ("SELECT id,filename FROM Documents;", "Permission to access '.filename.' attribute denied."),
        ("SELECT id FROM Documents WHERE filename = 'x';", "Permission to access filename attribute denied."),
    ],
)
def test_what_a_real_vtenext_refuses_though_it_describes_it(query: str, message: str) -> None:
    with pytest.raises(WebServiceError) as caught:
        run(query)
    assert caught.value.message == message
    assert run("SELECT email_from,id FROM HelpDesk LIMIT 1;")


@pytest.mark.parametrize(
    "rest",
    [
        "WHERE account_id = '3xabc'",
        "WHERE id = '17'",
        "WHERE assigned_user_id = 'admin'",
        "WHERE lastname = 'x\\'",
        "ORDER BY nosuch",
    ],
)
def test_a_statement_that_the_database_refuses_finds_nothing(rest: str) -> None:
    """So vtenext answers: 200, and no rows."""
    assert run(f"SELECT id FROM Contacts {rest};") == []


def test_the_word_where_in_a_value_is_spoiled_for_mails() -> None:
    crm = SandboxCrm(seed=False)
    crm.new_record("Messages", subject="Somewhere over the rainbow", messageid="<1@x.example>")
    admin = crm.access.authenticate("admin", crm.access_key("admin"), "here")
    search = "SELECT id FROM Messages WHERE subject LIKE '%where over%';"
    assert run(search, admin, crm) == []
    crm.quirks = Quirks(where_in_values=False)
    assert len(run(search, admin, crm)) == 1
    crm.close()


def test_rows_without_limit() -> None:
    crm = SandboxCrm(quirks=Quirks(rows_without_limit=7))
    admin = crm.access.authenticate("admin", crm.access_key("admin"), "here")
    assert len(run("SELECT id FROM Contacts;", admin, crm)) == 7
    assert len(run("SELECT id FROM Contacts LIMIT 20;", admin, crm)) == 20
    assert run("SELECT count(*) FROM Contacts;", admin, crm) == [{"count": "25"}]
    crm.close()


# -- properties

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@settings(deadline=None)
@given(texts | st.text("'\\ax%_;\n", min_size=1, max_size=12))
@example("O'Brien")
@example("\\")
@example("'")
@example("\\'; SELECT * FROM Users;")
def test_a_quoted_value_means_itself(value: str) -> None:
    query = vtql.parse(f"SELECT id FROM Contacts WHERE lastname = {vtql.quoted(value)} AND firstname = 'x' LIMIT 1;")
    first, second = query.alternatives[0]
    assert vtql.unescaped(first.values[0]) == value
    assert second == vtql.Condition("firstname", "=", ("x",))
    assert query.limit == (0, 1)


@settings(deadline=None)
@given(texts)
def test_what_is_stored_is_found(value: str) -> None:
    crm = SandboxCrm(seed=False, quirks=Quirks(three_byte_text=False))
    try:
        id_ = crm.new_record("Vendors", vendorname=value)
        admin = crm.access.authenticate("admin", crm.access_key("admin"), "here")
        found = run(f"SELECT id FROM Vendors WHERE vendorname = {vtql.quoted(value)};", admin, crm)
        assert found == [{"id": id_}]
    finally:
        crm.close()


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join) | st.text(max_size=60))
@example("SELECT id FROM Contacts WHERE lastname LIKE '" + "%a" * 200 + "';")
def test_no_text_does_more_than_be_refused(text: str) -> None:
    refused: Refusal | None = None
    rows: list[dict[str, str]] = []
    try:
        rows = run(text)
    except Refusal as refusal:
        refused = refusal
    assert refused is None or (refused.status == 500 and refused.message)
    assert all(isinstance(value, str) for row in rows for value in row.values())


@settings(deadline=None)
@given(st.text(string.ascii_letters + "%_\\ éß", max_size=12), st.text(string.ascii_letters + " éß%", max_size=12))
def test_like_against_a_plain_definition(pattern: str, text: str) -> None:
    def matches(pattern: str, text: str) -> bool:
        if not pattern:
            return not text
        head, rest = pattern[0], pattern[1:]
        if head == "%":
            return any(matches(rest, text[at:]) for at in range(len(text) + 1))
        if head == "\\" and rest:
            return bool(text) and collation.folded(text[0]) == collation.folded(rest[0]) and matches(rest[1:], text[1:])
        same = head == "_" or (bool(text) and collation.folded(text[0]) == collation.folded(head))
        return bool(text) and same and matches(rest, text[1:])

    assert (collation.like(pattern).fullmatch(collation.folded(text)) is not None) == matches(pattern, text)
