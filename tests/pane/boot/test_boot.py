"""The start of the pane: from the picture of Python's memory, plainly when that can't be, and with spoilt caches."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from pane.boot.versions import version
from pane.boot.waking import fetched, forget, kept, marks, python, spoil, until
from pane.clock import elapse
from pane.desk import Desk, desk, sample_mailbox
from pane.shift import settled
from sandbox_crm.crm import SandboxCrm
from standin_outlook.mails import Mailbox
from standin_outlook.officejs import HOST
from workshop.certificate import Certificate

pytestmark = pytest.mark.browser
KEPT = ("late", "memory", "python")
MAIL = "plain-ascii"


@pytest.fixture(scope="module")
def one_desk(
    browser: Browser, dist: Path, certificate: Certificate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Desk, Path]]:
    """A desk for all who only need the pane to keep nothing, and the folder that it serves.

    Where Python has started before in the same browser, it starts in half the time.
    """
    folder = version(dist, tmp_path_factory.mktemp("one") / "dist", {})
    with desk(browser, folder, certificate, SandboxCrm(), sample_mailbox()) as there:
        yield there, folder


@pytest.fixture
def shared(one_desk: tuple[Desk, Path]) -> Iterator[Desk]:
    """That desk: no pane is open, nothing is kept, the CRM is as at its start; afterwards nothing has gone wrong.

    Only the browser's own cache knows the files, which are asked for all the same.
    """
    there, _ = one_desk
    there.context.unroute_all()
    forget(there)
    there.crm.reset()
    for one in (there.traffic, there.under_way, there.wrong, there.allowed):
        one.clear()
    yield there
    if there.page.url != "about:blank":
        settled(there)
    wrong = [*there.wrong]
    there.wrong.clear()
    there.allowed.clear()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def replaced(one_desk: tuple[Desk, Path], dist: Path) -> Iterator[Path]:
    """The folder that the shared desk serves, gone, for another version to take its place; then it is as before."""
    _, folder = one_desk
    shutil.rmtree(folder)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
    version(dist, folder, {})


def sign_in_and_link(at: Desk) -> None:
    """The main journey, on a pane that is open."""
    at.sign_in()
    at.link_to("Mary Smith")
    at.expect_linked("Mary Smith")
    assert len(at.crm.messages()) == 1


def stems(names: dict[str, str] | list[str]) -> list[str]:
    return sorted(name.rpartition("-")[0] for name in names)


COUNTING = """
globalThis.instances = 0;
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct: (target, given) => (globalThis.instances++, new target(...given)),
});
"""


def test_the_pane_starts_from_the_picture_and_links(at: Desk) -> None:
    at.page.context.add_init_script(COUNTING)
    pane = at.open(MAIL)
    until(pane, "boot:pyscript")
    assert 1 <= pane.evaluate("globalThis.instances") < 20, "functions that nobody calls were made into wasm's"
    assert [mark for mark in marks(pane) if mark.startswith(("boot:", "usable"))] == [
        "boot:begin",
        "boot:scripts",
        "boot:compiled",
        "boot:instance",
        "boot:python",
        "usable",
        "boot:started",
        "boot:kept",
        "boot:pyscript",
    ]
    assert [one.url.rpartition("/")[2] for one in at.traffic].count("config.json") == 1
    sign_in_and_link(at)


def test_the_second_start_asks_for_none_of_the_big_files(at: Desk) -> None:
    until(at.open(MAIL), "boot:kept")
    asked = fetched(at)
    assert set(stems(asked)) >= {*KEPT}
    assert len([name for name in asked if name.endswith(".css")]) == 1, "the style sheet was taken for lost"
    pane = at.open(MAIL)
    until(pane, "boot:kept")
    assert not {*KEPT} & set(stems(fetched(at)))
    assert {name.split("-")[1].split(".")[0]: name for name in kept(pane)} == {
        digest: name for name, digest in kept(pane).items()
    }
    assert stems(kept(pane)) == [*KEPT]


@pytest.mark.deep("starts that fail or take long")
@pytest.mark.parametrize(
    ("stem", "how"), [("late", "empty"), ("memory", "two bytes"), ("python", "two bytes"), ("python", "cut")]
)
def test_a_spoilt_copy_is_noticed_and_replaced(shared: Desk, stem: str, how: str) -> None:
    pane = shared.open(MAIL)
    until(pane, "boot:kept")
    good = kept(pane)
    spoil(pane, stem, how)
    assert kept(pane) != good
    fetched(shared)
    pane = shared.open(MAIL)
    until(pane, "boot:kept")
    # Before there is a Python that could use it, and without that of a second attempt.
    order = [mark for mark in marks(pane) if mark in ("boot:again", "boot:instance", "boot:plain")]
    assert order == ["boot:again", "boot:instance"]
    assert [one for one in stems(fetched(shared)) if one in KEPT] == [stem]
    assert kept(pane) == good


@pytest.mark.deep("starts that fail or take long", few=1)
@pytest.mark.parametrize(
    "denial",
    [
        "Object.defineProperty(window, 'caches', {get() { throw new DOMException('denied', 'SecurityError'); }})",
        "Cache.prototype.match = () => Promise.reject(new DOMException('broken', 'UnknownError'))",
        "Cache.prototype.put = () => Promise.reject(new DOMException('full', 'QuotaExceededError'))",
    ],
)
def test_a_denied_cache_is_only_slower(at: Desk, denial: str) -> None:
    at.context.add_init_script(denial)
    for _ in range(2):
        pane = at.open(MAIL)
        until(pane, "boot:kept")
        assert "boot:plain" not in marks(pane)
        assert set(stems(fetched(at))) >= {*KEPT}


@pytest.mark.deep("browsers without storage")
def test_with_all_storage_denied_the_pane_links_and_does_without_pyscript(at: Desk) -> None:
    at.context.add_init_script("""
        for (const name of ["caches", "indexedDB", "localStorage", "sessionStorage"])
          if (window !== top)
            Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
    """)
    pane = at.open(MAIL)
    until(pane, "boot:no-pyscript")
    assert "boot:plain" not in marks(pane)
    sign_in_and_link(at)


@pytest.mark.deep("starts that fail or take long")
def test_the_pane_waits_for_an_office_js_that_comes_after_python(at: Desk) -> None:
    """The boot script may run once the page is read, when office.js is still on its way: it is not missing then."""
    [office] = opened_without_office_js(at)
    # What the start would do next, had it not waited, is done by then.
    at.pane.evaluate("new Promise((done) => setTimeout(() => requestAnimationFrame(done)))")
    assert marks(at.pane)[-1] == "boot:python"
    office.continue_()
    at.ready()
    sign_in_and_link(at)


def test_the_pane_does_not_wait_for_office_js_for_ever(at: Desk) -> None:
    """Half a minute is what it gets."""
    opened_without_office_js(at)
    elapse(at.pane, 30, until=at.pane.locator("#pane[data-started]"))
    expect(at.pane.locator(".panel")).to_contain_text("office.js could not be loaded (appsforoffice.microsoft.com)")


def opened_without_office_js(at: Desk) -> list[Route]:
    """Open the pane and wait for Python; returns the request that is held."""
    held: list[Route] = []
    at.context.route(f"https://{HOST}/lib/1/hosted/office.js", lambda route: held.append(route))
    at.outlook.open()
    at.show(MAIL)
    with at.page.expect_event("frameattached"):
        at.page.evaluate("void window.standin.openPane()")
    until(at.pane, "boot:python")
    return held


@pytest.fixture
def served(dist: Path, tmp_path: Path) -> Path:
    """A copy of the build, to be replaced while it is served."""
    return version(dist, tmp_path / "served", {})


@pytest.fixture
def there(
    served: Path, browser: Browser, certificate: Certificate, crm: SandboxCrm, mailbox: Mailbox
) -> Iterator[Desk]:
    """A desk with that copy."""
    with desk(browser, served, certificate, crm, mailbox) as opened:
        yield opened


def broken_code(memory: bytes) -> bytes:
    """A picture of the right format whose content is worthless."""
    return memory[:4096] + bytes(len(memory) - 4096)


@pytest.mark.deep("plain starts", few=1)
@pytest.mark.parametrize(
    ("stem", "change"),
    [
        ("memory", lambda memory: b"MCS9" + memory[4:]),
        ("memory", lambda memory: memory[:-1]),
        ("runtime", lambda _: b"throw new Error('not today');"),
    ],
    ids=["other format", "cut", "a runtime that throws"],
)
def test_a_picture_that_can_not_be_used_leads_to_the_plain_start(
    stem: str, change: object, dist: Path, shared: Desk, replaced: Path
) -> None:
    assert callable(change)
    version(dist, replaced, {stem: change})
    shared.allowed.append("not today")
    shared.outlook.open()
    shared.show(MAIL)
    until(shared.outlook.open_pane(), "boot:plain")
    forget(shared)


@pytest.mark.deep("plain starts", few=1)
@pytest.mark.parametrize(
    ("stem", "change"),
    [("memory", broken_code), ("python", lambda wasm: wasm[: len(wasm) // 2])],
    ids=["worthless", "half a runtime"],
)
def test_when_the_picture_can_not_be_used_the_pane_starts_plainly_and_links(
    stem: str, change: object, dist: Path, shared: Desk, replaced: Path
) -> None:
    assert callable(change)
    version(dist, replaced, {stem: change})
    # Python's own last words, when its memory makes no sense.
    shared.allowed += ["fatal", "Pyodide", "null", "RuntimeError"]
    pane = shared.open(MAIL)
    assert "boot:plain" in marks(pane)
    sign_in_and_link(shared)


@pytest.mark.deep("plain starts")
def test_a_file_that_is_wrong_on_the_server_too_leads_to_the_plain_start(shared: Desk) -> None:
    shared.context.route("**/boot/memory-*", lambda route: route.fulfill(body=b"<html>not it</html>"))
    pane = shared.open(MAIL)
    assert "boot:plain" in marks(pane)
    expect(
        pane.get_by_role("alert").filter(has_text="A web page came in the place of the file boot/memory-")
    ).to_be_visible()
    assert stems(fetched(shared)).count("memory") == 3, "asked once more, past every cache, and to say why"


def test_an_update_under_an_open_pane_mixes_nothing(there: Desk, served: Path, dist: Path, tmp_path: Path) -> None:
    pane = there.open(MAIL)
    until(pane, "boot:pyscript")
    before = kept(pane)
    newer = version(dist, tmp_path / "newer", {"late": lambda archive: archive + b"", "pane": lambda css: css + b"\n"})
    newer = version(newer, tmp_path / "newest", {"memory": lambda memory: memory + bytes(4)})
    served.rename(tmp_path / "older")
    newer.rename(served)
    there.traffic.clear()
    sign_in_and_link(there)
    assert fetched(there) == [], "the open pane has everything"
    pane = there.open(MAIL)
    until(pane, "boot:kept")
    present = {file.name for file in (served / "boot").rglob("*")}
    assert set(fetched(there)) <= present
    assert set(kept(pane)) <= present
    assert set(before) - set(kept(pane)) == {name for name in before if name.startswith("memory-")}


@pytest.mark.deep("starts that fail or take long")
def test_nothing_of_the_day_of_the_build_is_left_in_the_picture(
    browser: Browser, dist: Path, certificate: Certificate, mailbox: Mailbox
) -> None:
    code = """
import datetime, os, random, secrets, tempfile, time
answer = "|".join(map(str, [
    random.random(), secrets.token_hex(8), os.urandom(8).hex(), next(tempfile._get_candidate_names()),
    time.time(), datetime.datetime.now().astimezone().utcoffset(), time.localtime().tm_gmtoff, time.monotonic(),
]))
"""
    seen = []
    begun = time.time()
    with desk(browser, dist, certificate, SandboxCrm(), mailbox, timezone_id="Asia/Kolkata") as at:
        for _ in range(2):
            pane = at.open(MAIL)
            until(pane, "boot:pyscript")
            seen.append([*python(pane, code).split("|"), pane.evaluate("performance.now() / 1000")])
    one, other = seen
    assert len({*one[:4], *other[:4]}) == 8, "the same random numbers twice"
    assert begun - 1 < float(one[4]) < time.time() + 1
    assert one[5:7] == ["5:30:00", "19800"]
    assert 0 <= float(one[7]) <= one[8], "longer than there was the page"


def test_pyscript_arrives_after_the_start_and_takes_the_running_python(shared: Desk) -> None:
    pane = shared.open(MAIL)
    until(pane, "boot:pyscript")
    code = """
import sys
from pyscript import document, window, when, fetch, config
answer = ['connector.main' in sys.modules, document.getElementById('pane').dataset.started, window.location.pathname]
"""
    assert python(pane, code) == "[True, 'yes', '/index.html']"


@pytest.mark.deep("starts that fail or take long")
def test_modules_that_are_imported_late_are_there(shared: Desk) -> None:
    pane = shared.open(MAIL)
    until(pane, "boot:pyscript")
    code = """
import difflib, html, encodings.cp037, traceback
answer = " ".join([b"\\xc4\\xd6".decode("iso8859-5"), "tête".encode("punycode").decode(), html.unescape("&euro;")])
"""
    assert python(pane, code) == "Фж tte-fma €"
