"""The PHP component as a package: its unit tests, its structure, its licences, and what it must not contain."""

from __future__ import annotations

import datetime
import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import httpx
import jwt
import pytest

from contract.component_crm import SIGN_IN_PAGE, Pkce
from contract.component_php import FOLDER, php, php_web_server
from patience import LONGEST
from sandbox_crm.component.forms import FIELDS
from workshop import component, licence

MODULE = component.SOURCE / "modules" / "MailConnector"
SOURCES = sorted(MODULE.rglob("*.php"))
ISS = "iss=https%3A%2F%2Fcrm.example.com%2Fcrm"
PUBLIC = licence.public_text(licence.new_key())


def _php(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [php(), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)


def test_the_php_unit_tests() -> None:
    done = _php(FOLDER / "run.php")

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\d{2,} tests, 0 failed$", done.stdout, re.MULTILINE), done.stdout


def test_every_php_file_can_be_parsed() -> None:
    for file in SOURCES:
        done = _php("-l", file)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_is_what_the_module_manager_takes(tmp_path: Path) -> None:
    built = component.build(tmp_path / "package.zip", [PUBLIC])

    with zipfile.ZipFile(built) as archive:
        names = archive.namelist()
        keys = archive.read("modules/MailConnector/keys.php").decode()
    assert "manifest.xml" in names
    assert "modules/MailConnector/language/en_us.lang.php" in names
    assert all(name == "manifest.xml" or name.startswith("modules/MailConnector/") for name in names)
    assert not [name for name in names if "README" in name or "custom" in name]
    assert f"'{PUBLIC}'" in keys


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    one = component.build(tmp_path / "one.zip", [PUBLIC]).read_bytes()

    assert component.build(tmp_path / "two.zip", [PUBLIC]).read_bytes() == one


def test_the_source_takes_no_licence_at_all() -> None:
    assert (MODULE / "keys.php").read_text("utf-8").rstrip().endswith("return [];")


def test_an_update_makes_the_same_tables_as_the_manifest() -> None:
    manifest = ElementTree.parse(component.SOURCE / "manifest.xml")  # noqa: S314  # our own
    shipped = {table.findtext("name"): table.findtext("sql") for table in manifest.iterfind("tables/table")}
    tables = (MODULE / "crm" / "Tables.php").read_text("utf-8")
    added = re.findall(r"'(\w+)' => <<<'XML'\n(.*?)\nXML", tables, re.DOTALL)

    columns = re.search(r"ADDED_COLUMNS = \[(.*)\];", tables, re.DOTALL)
    assert columns is not None
    for table, more in re.findall(r"'(\w+)' => \[(.*?)\]", columns[1], re.DOTALL):
        schema = shipped[f"TABLEPREFIX_mailconnector_{table}"] or ""
        for name, kind, size in re.findall(r"'(\w+)' => '(\w+)\(([\d.]+)\)'", more):
            assert f'<field name="{name}" type="{kind}" size="{size}"/>' in schema
    assert added
    assert {f"TABLEPREFIX_mailconnector_{name}": schema for name, schema in added}.items() <= shipped.items()
    registered = (MODULE / "crm" / "Registration.php").read_text("utf-8")
    dropped = re.search(r"TABLES = \[(.*?)\]", registered, re.DOTALL)
    assert dropped is not None
    assert {f"TABLEPREFIX_mailconnector_{name}" for name in re.findall(r"'(\w+)'", dropped[1])} == shipped.keys()


def test_problems_are_found() -> None:
    good = component.files()
    assert component.problems(good) == []

    without = {path: data for path, data in good.items() if not path.endswith("en_us.lang.php")}
    assert "en_us" in " ".join(component.problems(without))
    older = good | {"manifest.xml": good["manifest.xml"].replace(b"<version>1.", b"<version>0.")}
    assert "different versions" in " ".join(component.problems(older))
    assert "outside" in " ".join(component.problems(good | {"config.inc.php": b""}))
    assert component.problems(good | {"manifest.xml": b"<module>"})


def test_no_package_without_a_right_public_key(tmp_path: Path) -> None:
    file = tmp_path / "key.pub"
    file.write_text("'; system('id'); '", "utf-8")

    assert component.main(["--public-key", str(file), "--out", str(tmp_path / "p.zip")]) == 1
    assert not (tmp_path / "p.zip").exists()


def test_php_takes_the_licences_that_python_issues() -> None:
    key = licence.new_key()
    request = licence.Request("Società Ærø & Söhne", "https://CRM.example.com:443/crm/index.php", 25)
    issued = licence.issue(key, request, datetime.date(2027, 12, 31), issued=datetime.date(2026, 11, 23), number="0001")
    given = {
        "key": issued,
        "public": licence.public_text(key),
        "installation": request.installation,
        "crm_url": "https://crm.example.com/crm/",
    }

    def told(**changes: str) -> dict[str, object]:
        done = subprocess.run(
            [php(), str(FOLDER / "read_licence.php")],
            input=json.dumps(given | changes),
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=True,
        )
        answer: dict[str, object] = json.loads(done.stdout)
        return answer

    good = told()
    assert (good["misfit"], good["users"], good["until"], good["number"]) == ("", 25, "2027-12-31", "0001")
    asked = licence.read_request(str(good["request"]))
    assert asked == licence.Request(request.installation, "https://crm.example.com/crm", 25)
    assert told(installation="Another")["misfit"] == "installation"
    assert told(crm_url="https://other.example.com/crm")["misfit"] == "crm_url"
    assert told(public=PUBLIC)["refused"] == "signature"
    header, payload, signature = issued.split(".")
    assert told(key=f"{header}.A{payload}.{signature}")["refused"] == "signature"
    assert told(key=jwt.encode({}, "x" * 32, "HS256"))["refused"] == "unreadable"


def _labels(language: str) -> dict[str, str]:
    text = (MODULE / "language" / f"{language}.lang.php").read_text("utf-8")
    return dict(re.findall(r"^    '(\w+)' => '((?:[^'\\]|\\.)*)',$", text, re.MULTILINE))


def test_every_language_has_every_text_with_the_same_placeholders() -> None:
    english = _labels("en_us")
    for language in component.LANGUAGES:
        labels = _labels(language)
        assert labels.keys() == english.keys()
        assert {name: text.count("%s") for name, text in labels.items()} == {
            name: text.count("%s") for name, text in english.items()
        }


def test_every_text_that_is_used_is_there() -> None:
    code = "".join(file.read_text("utf-8") for file in SOURCES if "language" not in file.parts)
    used = set(re.findall(r"'(LBL_[A-Z_]+[A-Z])'", code))
    codes = {f"LBL_KEY_{code}" for code in ("UNREADABLE", "SIGNATURE", "CONTENT", "INSTALLATION", "CRM_URL", "EXPIRED")}
    states = {f"LBL_STATE_{state}" for state in ("ACTIVE", "MISSING", "EXPIRED", "SEATS_EXHAUSTED")}
    policy = {"LBL_SESSION_HOURS", "LBL_STAY_DAYS", "LBL_DEVICE_DAYS", "LBL_LOG_DAYS"}
    logged = (MODULE / "pure" / "SecurityLog.php").read_text("utf-8")
    policy |= {f"LBL_EVENT_{event.upper()}" for event in re.findall(r"const [A-Z_]+ = '(\w+)';", logged)}

    policy |= {f"LBL_CREATE_{module.upper()}" for module in FIELDS}

    known = _labels("en_us").keys()
    assert used - {"LBL_OTHER_SETTINGS"} <= known
    assert codes | states | policy <= known
    assert {name for name in known if name.startswith("LBL_")} <= used | codes | states | policy


def _code(file: Path) -> str:
    """A source without its comments."""
    return re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", file.read_text("utf-8"), flags=re.DOTALL)


def test_the_component_calls_nobody_and_runs_nothing() -> None:
    banned = (
        r"\b(curl_\w+|fsockopen|stream_socket_client|file_get_contents|fopen|mail|eval|exec|system|passthru|popen|"
        r"proc_open|shell_exec|unserialize|create_function|assert|extract)\s*\("
    )
    for file in SOURCES:
        assert re.findall(banned, _code(file)) == [], file


def test_the_pure_part_knows_no_crm() -> None:
    crm = r"\bglobal\s|\$adb|PearDatabase|VteSession|vtws_|CRMEntity|\$_(GET|POST|REQUEST|SERVER|COOKIE)"
    for file in (MODULE / "pure").glob("*.php"):
        assert not re.search(crm, file.read_text("utf-8")), file


def test_sql_is_never_built_from_input() -> None:
    own = {"prefix", "table_prefix", "table", "columns", "names", "marks", "set", "condition"}
    # Names of tables and columns of the CRM's own table of fields, which crm/Fields.php checks; and parts made of them.
    own |= {"column", "key", "join", "main", "known", "id", "place", "inside", "field"}
    for file in SOURCES:
        for statement in re.findall(r'"(?:SELECT|INSERT|UPDATE|DELETE|DROP)[^"]*"', file.read_text("utf-8")):
            names = set(re.findall(r"\{?\$(?:this->)?(\w+)", statement))
            assert names <= own, statement


def test_nothing_newer_than_php_7_4() -> None:
    newer = (
        r"\?->|\bmatch\s*\(|\benum\s+\w+|\breadonly\s+\??\w*\s*\$|#\[|\bstr_(?:contains|starts_with|ends_with)\s*\(|"
        r"\bmixed\s+\$|\):\s*(?:static|mixed|never)\b|\):\s*\??\w+\|\w+|"
        r"function __construct\([^)]*\b(?:public|private)\s|"
        r"\bcatch\s*\(\s*\\?\w+\s*\)|,\s*\)\s*(?::\s*\??\w+\s*)?\{"
    )
    for file in SOURCES:
        assert re.findall(newer, _code(file)) == [], file


@pytest.fixture(scope="module")
def sign_in_page() -> Iterator[httpx.Client]:
    """The PHP sign-in page of a CRM where ``agent`` is signed in, over stand-ins of the CRM's functions."""
    with php_web_server(FOLDER / "authorize_front.php") as url, httpx.Client(base_url=url) as client:
        yield client


def _sign_in(client: httpx.Client, pkce: Pkce, form: dict[str, str] | None = None, /, **changes: str) -> httpx.Response:
    return client.request("POST" if form else "GET", f"/index.php?{pkce.query(**changes)}", data=form)


def test_the_sign_in_page_asks_first(sign_in_page: httpx.Client) -> None:
    page = _sign_in(sign_in_page, Pkce())

    assert page.status_code == 200
    assert "Luca Conti" in page.text
    assert "https://addin.example.com" in page.text
    assert "with your rights, and no others" in page.text
    assert 'name="viewport" content="width=device-width,initial-scale=1"' in page.text
    staying = _sign_in(sign_in_page, Pkce(), stay="1", device="Outlook <web>").text
    assert "or you have not used it for 30 days; 90 days at most" in staying
    assert "<dd>Outlook &lt;web&gt;</dd>" in staying
    assert "Until you sign out, 12 hours at most" in _sign_in(sign_in_page, Pkce(), stay="").text
    assert 'name="__csrf_token"' in page.text
    assert page.headers["x-frame-options"] == "DENY"
    policy = page.headers["content-security-policy"]
    assert "frame-ancestors 'none'; form-action 'self' https://addin.example.com" in policy
    assert page.headers["cache-control"] == "no-store"


def test_the_sign_in_page_is_not_shown_without_its_headers(sign_in_page: httpx.Client) -> None:
    for form in (None, {"decision": "allow", "mailconnector_nonce": "nonce-of-the-session"}):
        page = _sign_in(sign_in_page, Pkce(), form, begun="1")
        assert page.text.startswith("<p>The CRM</p>")
        assert "can&#039;t be shown safely" in page.text
        assert "decision" not in page.text
        assert "mcc1_" not in page.text


def test_the_sign_in_page_gives_a_code_for_consent_only(sign_in_page: httpx.Client) -> None:
    pkce = Pkce()
    guessed = _sign_in(sign_in_page, pkce, {"decision": "allow", "mailconnector_nonce": "guessed"})
    denied = _sign_in(sign_in_page, pkce, {"decision": "deny", "mailconnector_nonce": "nonce-of-the-session"})
    allowed = _sign_in(sign_in_page, pkce, {"decision": "allow", "mailconnector_nonce": "nonce-of-the-session"})

    assert guessed.status_code == 200
    assert (denied.status_code, allowed.status_code) == (303, 303)
    assert denied.headers["location"] == f"{SIGN_IN_PAGE}#error=access_denied&{ISS}&state={pkce.state}"
    assert re.fullmatch(
        rf"{re.escape(SIGN_IN_PAGE)}#code=mcc1_[\w-]{{43}}&{ISS}&state={pkce.state}", allowed.headers["location"]
    )


def test_the_sign_in_page_sends_nobody_elsewhere(sign_in_page: httpx.Client) -> None:
    for changes in ({"redirect_uri": "https://evil.example/signin.html"}, {"state": "short"}, {"redirect_uri": ""}):
        page = _sign_in(sign_in_page, Pkce(), **changes)
        assert page.status_code == 400
        assert "location" not in page.headers
        assert "evil" not in page.text


def test_the_sign_in_page_tells_the_pane_what_is_wrong(sign_in_page: httpx.Client) -> None:
    pkce = Pkce()
    page = _sign_in(sign_in_page, pkce, code_challenge_method="plain")

    assert page.headers["location"] == f"{SIGN_IN_PAGE}#error=request_invalid&{ISS}&state={pkce.state}"


def test_pages_refuse_to_run_outside_of_the_crm() -> None:
    for name in ("Authorize", "Administration", "index"):
        done = _php(MODULE / f"{name}.php")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
