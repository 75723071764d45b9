"""What the component asks of the CRM's own functions: nothing but what ``pure/StockUse.php`` lists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox_crm.component.operations import OPERATIONS
from workshop.component import SOURCE

MODULE = SOURCE / "modules" / "MailConnector"
TABLE = (MODULE / "pure" / "StockUse.php").read_text("utf-8")
ADAPTERS = [
    MODULE / "crm" / f"{name}.php"
    for name in ("Mails", "Comments", "Records", "Fields", "Rows", "Forms", "Kinds", "Choices", "Saving")
]
OWN = frozenset(
    {"enter", "rows", "save", "audit", "kind", "takes", "document", "cameWith", "hasFile", "byNumber", "id"}
)


def _code(text: str) -> str:
    return re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", text, flags=re.DOTALL)


def _listed() -> tuple[set[str], set[str]]:
    reading = set(re.findall(r"^        '(\w+)' =>", TABLE.partition("WRITING")[0], re.MULTILINE))
    writing = set(re.findall(r"'(\w+::\w+)' =>", TABLE))
    return reading, writing


@pytest.mark.parametrize("file", ADAPTERS, ids=lambda file: file.stem)
def test_every_function_of_the_crm_is_listed(file: Path) -> None:
    code = re.sub(r"(?:MAX|GET_LOCK|RELEASE_LOCK)\([^)]*\)|new \\?\w+\(", "", _code(file.read_text("utf-8")))
    reading, writing = _listed()
    own = set(re.findall(r"function (\w+)\(", code))
    php = (
        "array is in count isset unset empty list strlen substr str implode explode json preg date method class require"
    )

    called = set(re.findall(r"(?<![\w>:\\$])([a-zA-Z_]\w+)\(", code)) - own
    called = {name for name in called if name.split("_")[0] not in php.split() and name not in _php_words()}
    assert called <= reading, called - reading

    on_records = set(re.findall(r"CRMEntity::getInstance\('(\w+)'\)->(\w+)\(", code))
    on_focus = set(re.findall(r"\$(?:focus|current_user)->(\w+)\(", code))
    known = {name.partition("::")[2] for name in writing} | reading
    assert {f"{module}::{method}" for module, method in on_records} <= writing
    assert on_focus <= known, on_focus - known


def _php_words() -> frozenset[str]:
    return frozenset(
        {
            "if",
            "foreach",
            "while",
            "switch",
            "catch",
            "fn",
            "function",
            "return",
            "getInstance",
            "max",
            "min",
            "sprintf",
        }
        | {"strcasecmp", "strcmp", "strtolower", "strtoupper", "trim", "rtrim", "ltrim", "ctype_digit", "mb_strtolower"}
        | {
            "usort",
            "ksort",
            "range",
            "hash_equals",
            "html_entity_decode",
            "htmlspecialchars_decode",
            "addcslashes",
            "strpos",
            "strtotime",
        }
        | {"reset", "str_repeat", "md5", "COALESCE", "NULLIF"}
    )


def test_nothing_is_asked_by_query_or_by_a_free_name() -> None:
    for file in ADAPTERS:
        code = _code(file.read_text("utf-8"))
        assert not re.search(
            r"vtws_|QueryGenerator|->query\(|limitQuery|sql_escape|quote\(|eval|\$function\(|call_user", code
        )
        named = "Messages|Documents|ModComments|Users|Contacts|Leads|Accounts|HelpDesk"
        assert not re.search(rf"getInstance\((?!'(?:{named})')", code), "a record of a free module"
        assert not re.search(r"\$_(?:REQUEST|GET|POST|COOKIE)\[", code), "what a client wrote"


def test_what_is_registered_are_the_contracts_operations_and_no_more() -> None:
    functions = re.findall(r"^function (\w+)\(\): array$", (MODULE / "operations.php").read_text("utf-8"), re.MULTILINE)
    listed = (MODULE / "crm" / "Registration.php").read_text("utf-8").partition("OPERATIONS = [")[2].partition("]")[0]
    cases = re.findall(r"case '(mailconnector\w+)':", (MODULE / "pure" / "Operations.php").read_text("utf-8"))

    assert sorted(functions) == sorted(re.findall(r"'(\w+)'", listed)) == sorted(cases) == sorted(OPERATIONS)


def test_no_stock_operation_is_looked_up_or_called() -> None:
    for file in MODULE.rglob("*.php"):
        code = _code(file.read_text("utf-8"))
        assert not re.search(r"rest_name|handler_method|vtws_(?!addWebserviceOp|getWebserviceEntityId)", code), (
            file.name
        )
        called = set(re.findall(r"\$(\w+)\((?:\.\.\.|\$)", code))
        assert called <= {"make", "relate"}, "a function by a name that is not in the code"


def test_names_of_tables_and_columns_are_names() -> None:
    fields = (MODULE / "crm" / "Fields.php").read_text("utf-8")

    assert r"preg_match('/^[A-Za-z]\w{0,63}$/D', $text) === 1" in fields
    assert fields.count("self::isName(") == 5


def test_the_request_is_emptied_before_the_crm_is_asked() -> None:
    enter = (MODULE / "crm" / "Mails.php").read_text("utf-8").partition("function enter(")[2].partition("\n    }")[0]

    assert "$_REQUEST = $_GET = $_POST = $_FILES = [];" in enter


def test_every_operation_for_mails_is_listed() -> None:
    named = set(re.findall(r"^        '(mailconnector\w+)' => \[", TABLE, re.MULTILINE))

    operations = ("link", "file", "relate", "fill", "takeback", "comment", "create", "addaddress")
    assert named == {f"mailconnector{name}" for name in operations}
