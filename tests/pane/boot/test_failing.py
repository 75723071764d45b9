"""A start that fails says why, at once and in the form's place; what the pane can do without does not stop it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pane.boot.place import (
    BUSY,
    CAN_NOT,
    MISSING,
    PAGE,
    PICTURE,
    PLAIN,
    SUPPORT,
    WASM,
    Place,
    expect_told,
    until_started,
    works_all_the_same,
)
from pane.boot.planting import (
    Fault,
    altered,
    broken,
    content,
    cut,
    first,
    header,
    moved,
    page,
    shorter,
    status,
    typed,
)
from pane.boot.versions import named, version
from pane.boot.waking import fetched, kept, marks, until
from pane.test_axe import ALL, AXE, RUN
from standin_outlook.officejs import HOST

pytestmark = pytest.mark.browser
POLICY = "content-security-policy"
UPLOAD, WAIT, SIGN_IN = "upload the whole folder", "Wait a moment, then try again.", "do what it asks, then try again"
ALTERED, LOST, REFUSED = " arrives cut or altered.", " did not arrive.", "does not hand out the file "
TYPE, SCRIPTS = "the wrong type (application/octet-stream)", ".js or .mjs have to be sent as text/javascript"


@pytest.mark.deep("starts that fail or take long", few=3)
@pytest.mark.parametrize(
    ("path", "fault", "what", "then"),
    [
        (WASM, status(404), f"{MISSING}boot/python-", UPLOAD),
        (WASM, status(503), f"{BUSY}503)", WAIT),
        (WASM, status(403), f"{REFUSED}boot/python-", "sign in: open https://localhost"),
        (WASM, page(), f"{PAGE}boot/python-", SIGN_IN),
        (WASM, moved("https://login.example.com/"), f"{PAGE}boot/python-", SIGN_IN),
        (WASM, content(cut), ALTERED, UPLOAD),
        (WASM, broken, LOST, "Try again. If it happens again"),
        (f"{PICTURE}|{PLAIN}", status(404), f"{MISSING}boot/memory-", UPLOAD),
        (f"/boot/late-|{PLAIN}", content(altered), f".zip{ALTERED}", UPLOAD),
        (r"/boot/runtime-|\.mjs$", typed("application/octet-stream"), TYPE, SCRIPTS),
        (r"/boot/pyodide-", status(503), f"{BUSY}503)", WAIT),
        (r"/boot/pyodide-", content(cut), f".js{ALTERED}", UPLOAD),
        (r"/boot/boot-", status(404), f"{MISSING}boot/boot-", UPLOAD),
        (r"/boot/boot-", typed("application/octet-stream"), TYPE, SCRIPTS),
        (r"/boot/boot-", content(cut), f".js{ALTERED}", UPLOAD),
        (r"/boot/boot-", broken, f".js{LOST}", "Try again. If it happens again"),
        (r"/boot/files-", status(404), f"{MISSING}boot/files-", UPLOAD),
        (r"/boot/msajax-", status(503), f"{BUSY}503)", WAIT),
        (r"/boot/trusted-", status(404), f"{MISSING}boot/trusted-", UPLOAD),
        (r"/config.json", status(404), f"{MISSING}config.json", UPLOAD),
        (r"/config.json", page(), f"{PAGE}config.json", SIGN_IN),
        (r"/config.json", content(cut), "The file config.json on the server can't be read: ", "correct the file"),
        (r"/config.json", content(lambda _: b"[]"), "can't be read: it holds no object", "correct the file"),
        (
            r"/index.html$",
            header(POLICY, lambda policy: policy.replace("'wasm-unsafe-eval'", "")),
            "security policy does not allow WebAssembly",
            "the Content-Security-Policy that the build has written down, with 'wasm-unsafe-eval'",
        ),
        (
            r"/index.html$",
            header(POLICY, lambda policy: re.sub("connect-src [^;]*", "connect-src https://crm.example.com", policy)),
            "security policy does not allow the file",
            "the Content-Security-Policy that the build has written down",
        ),
    ],
)
def test_a_start_that_fails_says_why(path: str, fault: Fault, what: str, then: str, place: Place) -> None:
    place.planting.plant(path, fault)
    pane = place.open()
    expect_told(pane, what, then)
    if "config" not in path and "security" not in what:
        expect(pane.get_by_role("alert").filter(has_text=CAN_NOT)).to_contain_text(f"Help: {SUPPORT}")


@pytest.mark.deep("starts that fail or take long", few=1)
@pytest.mark.parametrize(
    ("stem", "fault", "packed"),
    [
        ("memory", content(shorter), False),
        ("memory", content(lambda _: b""), False),
        ("memory", broken, False),
        ("memory", content(cut), True),
        ("memory", broken, True),
        ("python", content(shorter), False),
        ("python", broken, False),
        ("python", content(cut), True),
        ("python", broken, True),
        ("late", content(shorter), False),
        ("late", broken, False),
        ("late", content(cut), True),
        ("runtime", content(cut), False),
        ("runtime", broken, True),
        ("pyodide", content(cut), False),
        ("pyodide", broken, True),
    ],
)
def test_a_file_that_comes_short_is_fetched_again(stem: str, fault: Fault, packed: bool, place: Place) -> None:
    """Only the first time, by a proxy or a network that breaks off: the start stays a quick one, and says nothing."""
    name = named(place.dist, stem).name
    place.planting.plant(name, first(fault), packed=packed)
    fetched(place.at)
    pane = place.open()
    until(pane, "boot:kept")
    assert "boot:again" in marks(pane)
    assert "boot:plain" not in marks(pane)
    assert [one.startswith(name) for one in fetched(place.at)].count(True) > 1
    assert all(f"-{sha256}." in one for one, sha256 in kept(pane).items())
    until_started(pane)


@pytest.mark.deep("starts that fail or take long")
@pytest.mark.parametrize(
    ("stem", "fault", "what"),
    [
        ("memory", content(shorter), ALTERED),
        ("memory", broken, LOST),
        ("late", content(shorter), ALTERED),
        ("late", broken, LOST),
        ("python", content(shorter), ALTERED),
        ("python", broken, LOST),
    ],
)
def test_a_file_that_always_comes_short_does_not_stop_the_plain_start(
    stem: str, fault: Fault, what: str, place: Place
) -> None:
    place.planting.plant(f"/boot/{stem}-", fault)
    pane = place.open()
    works_all_the_same(pane, what)
    assert "boot:plain" in marks(pane)


@pytest.mark.deep("starts that fail or take long")
@pytest.mark.parametrize("fault", [content(cut), broken], ids=["cut", "broken"])
@pytest.mark.parametrize(
    "name", [r"pyodide\.asm\.wasm", r"pyodide\.asm\.mjs", r"python_stdlib\.zip", r"connector\.zip"]
)
def test_a_file_of_the_plain_start_that_comes_short_is_fetched_again(name: str, fault: Fault, place: Place) -> None:
    place.planting.plant(PICTURE, status(404))
    place.planting.plant(f"/{name}$", first(fault))
    works_all_the_same(place.open(), f"{MISSING}boot/memory-")


@pytest.mark.deep("starts that fail or take long")
def test_every_status_is_told_for_what_it_is(place: Place) -> None:
    pane = place.open()
    until(pane, "boot:kept")
    name = f"boot/{named(place.dist, 'late').name}"
    for codes, what in (
        ((404, 410), f"{MISSING}boot/late-"),
        ((408, 425, 429, 500, 502, 503, 504), BUSY),
        ((401, 403, 451, 511), f"{REFUSED}boot/late-"),
    ):
        for code in codes:
            place.planting.clear()
            place.planting.plant("/boot/late-", status(code))
            pane.evaluate("name => mailConnector.watch.remark([[new URL(name, document.baseURI).href]])", name)
            works_all_the_same(pane, what)


def test_a_server_that_sends_its_page_for_what_it_does_not_have_is_seen_through(place: Place) -> None:
    place.planting.plant(WASM, page((place.dist / "index.html").read_text("utf-8")))
    expect_told(place.open(), f"{MISSING}boot/python-", UPLOAD)


@pytest.mark.deep("starts that fail or take long", few=1)
@pytest.mark.parametrize("kind", ["text/html", "", "application/wasm; a=b"])
def test_wasm_of_a_wrong_type_is_compiled_all_the_same(kind: str, place: Place) -> None:
    place.planting.plant(WASM, typed(kind))
    pane = place.open()
    until(pane, "boot:kept")
    assert "boot:plain" not in marks(pane)
    expect(pane.get_by_label("Password")).to_be_visible()
    expect(pane.locator("#instead")).to_be_empty()


@pytest.mark.deep("plain starts")
def test_wasm_of_a_wrong_type_is_compiled_in_the_plain_start_too(place: Place) -> None:
    place.planting.plant(WASM, typed("application/octet-stream"))
    place.planting.plant(PICTURE, status(404))
    works_all_the_same(place.open(), f"{MISSING}boot/memory-")
    place.at.sign_in()
    expect(place.at.pane.get_by_role("button", name="Sign out")).to_be_visible()


@pytest.mark.deep("starts that fail or take long")
def test_the_quick_start_needs_no_mjs(place: Place) -> None:
    place.planting.plant(r"\.mjs$", typed("application/octet-stream"))
    until(place.open(), "boot:pyscript")
    assert "boot:plain" not in marks(place.at.pane)


@pytest.mark.deep("starts that fail or take long", few=1)
@pytest.mark.parametrize(
    ("path", "fault", "what"),
    [
        (r"/boot/pane-", status(404), f"{MISSING}boot/pane-"),
        (r"/boot/pane-", typed("text/plain"), "wrong type (text/plain)"),
        (r"/boot/early-", status(503), f"{BUSY}503)"),
        (r"/boot/before-office-", status(404), f"{MISSING}boot/before-office-"),
        (r"/boot/after-office-", status(404), f"{MISSING}boot/after-office-"),
        (r"/boot/first-", status(404), f"{MISSING}boot/first-"),
        (r"/boot/pane-", broken, f".css{LOST}"),
        (r"/boot/pane-", content(cut), f".css{ALTERED}"),
        (r"/boot/early-", content(cut), f".js{ALTERED}"),
        (r"/boot/early-", broken, f".js{LOST}"),
        (r"/boot/first-", content(cut), f".js{ALTERED}"),
        (r"/boot/first-", broken, f".js{LOST}"),
    ],
)
def test_what_the_pane_can_do_without_does_not_stop_it(path: str, fault: Fault, what: str, place: Place) -> None:
    place.planting.plant(path, fault)
    works_all_the_same(place.open(), what)


@pytest.mark.deep("starts that fail or take long", few=1)
@pytest.mark.parametrize("path", [r"/vendor/pyscript/core\.js$", r"/pyscript\.json$"])
def test_without_pyscript_the_pane_works(path: str, place: Place) -> None:
    place.planting.plant(path, status(404))
    pane = place.open()
    until(pane, "boot:no-pyscript")
    expect(pane.locator("#instead")).to_be_empty()
    place.at.sign_in()
    expect(pane.get_by_role("button", name="Sign out")).to_be_visible()


def test_where_nobody_would_tell_there_is_no_early_form(place: Place) -> None:
    """Without the script that tells, nothing takes a password; a line of the page itself is there in case of need."""
    held = place.planting.hold(WASM)
    place.planting.plant("/boot/watch-", status(404))
    pane = place.open()
    expect(pane.locator(".frame")).to_have_attribute("data-screen", "starting")
    held.until_asked()
    expect(pane.locator("input")).to_have_count(0)
    expect(pane.get_by_text("If this stays, files of the Mail Connector can't be loaded")).to_be_hidden()
    pane.evaluate("document.getAnimations().forEach((one) => one.effect.target.matches('.stuck') && one.finish())")
    expect(pane.get_by_role("alert").filter(has_text="tell your administrator")).to_be_visible()
    held.release()
    expect(pane.get_by_label("Password")).to_be_visible()
    expect(pane.get_by_text("If this stays")).to_have_count(0)


def older_page(place: Place, dist: Path, tmp_path: Path) -> None:
    """Have an older page on its way meet a server that has a newer version, of which the older files are gone."""
    text = (place.dist / "index.html").read_text("utf-8")
    newer = version(dist, tmp_path / "newer", {"memory": lambda memory: memory + bytes(4)})
    fresh = (newer / "index.html").read_text("utf-8")
    assert fresh != text
    asked: list[bytes] = []

    def served(body: bytes) -> bytes:
        asked.append(body)
        return body if len(asked) == 1 else fresh.encode()

    place.planting.plant(r"/index.html$", content(served))


def test_a_page_that_is_older_than_the_server_says_that_there_was_an_update(
    place: Place, dist: Path, tmp_path: Path
) -> None:
    older_page(place, dist, tmp_path)
    place.planting.plant(f"{PICTURE}|{PLAIN}", status(404))
    pane = place.open()
    expect_told(pane, "The Mail Connector was updated in the meantime.", "Load the new version.")
    place.planting.clear()
    pane.get_by_role("button", name="Load the new version").click()
    until_started(pane)


@pytest.mark.deep("starts that fail or take long")
def test_what_the_browser_has_kept_of_a_fault_does_not_outlast_it(place: Place) -> None:
    """The server had marked its errors as good for a year, as it does its files."""
    forever = "public, max-age=31536000, immutable"
    for stem in ("python", "memory", "pyodide", "runtime"):
        name = named(place.dist, stem).name
        place.planting.plant(name, status(404))
        place.planting.plant(name, header("cache-control", lambda _: forever))
    pane = place.open()
    expect_told(pane, MISSING, UPLOAD)
    place.planting.clear()
    pane.get_by_role("button", name="Try again").click()
    until_started(pane)
    assert "boot:plain" not in marks(pane)


@pytest.mark.deep("starts that fail or take long", few=1)
@pytest.mark.parametrize(
    ("script", "what", "then"),
    [
        ("delete globalThis.WebAssembly", "does not offer WebAssembly", "Outlook on the web in an up-to-date browser"),
        (
            "WebAssembly.instantiate = async () => { throw new RangeError('Out of memory: Cannot allocate'); }",
            "too little free memory",
            "Close other programs",
        ),
    ],
    ids=["no WebAssembly", "no memory for an instance"],
)
def test_a_browser_that_can_not_is_told_apart(script: str, what: str, then: str, odd: Place) -> None:
    odd.at.context.add_init_script(script)
    expect_told(odd.open(), what, then)


@pytest.mark.deep("starts that fail or take long", few=1)
@pytest.mark.parametrize(
    "broken",
    [
        """
          const listen = EventTarget.prototype.addEventListener;
          EventTarget.prototype.addEventListener = function (kind, work, capture) {
            if (this.id === "pane" && capture === undefined) throw new Error("not today");
            return listen.call(this, kind, work, capture);
          };
        """,
        "console.warn = (text) => { if (String(text).startsWith('config.json')) throw new Error('not today'); }",
    ],
    ids=["before Python has the page", "after"],
)
def test_what_nobody_has_foreseen_is_told_too(broken: str, odd: Place) -> None:
    config = odd.dist / "config.json"
    text = config.read_text("utf-8")
    config.unlink()
    config.write_text(text.replace("{", '{"unknown": 1, ', 1), "utf-8")
    odd.at.context.add_init_script(broken)
    pane = odd.open()
    expect_told(pane, "Something unexpected went wrong.", "tell your administrator the details below")
    expect(pane.get_by_role("alert").filter(has_text=CAN_NOT)).to_contain_text("not today")


def test_without_a_network_the_pane_says_so(odd: Place) -> None:
    odd.at.context.add_init_script("Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false })")
    odd.at.context.route(re.compile(r"\.(wasm|bin|zip|mjs)$"), lambda route: route.abort("internetdisconnected"))
    expect_told(odd.open(), "This device has no network connection.", "Connect it to the network, then try again.")


def test_a_server_that_is_gone_is_told(odd: Place) -> None:
    odd.at.context.route(re.compile(r"\.(wasm|bin|zip|mjs)$"), lambda route: route.abort("connectionrefused"))
    expect_told(odd.open(), "server can't be reached (localhost:", "and your VPN, if that server needs one")


def test_without_office_js_no_password_is_taken(odd: Place) -> None:
    odd.at.context.route(f"https://{HOST}/**", lambda route: route.abort("connectionfailed"))
    expect_told(odd.open(), f"office.js could not be loaded ({HOST})", "whether a firewall or a proxy blocks that")


def test_a_browser_without_modules_shows_a_sentence_and_no_form(place: Place) -> None:
    """No such browser is here: its script is run in another one."""
    source = named(place.dist, "outdated").read_text("utf-8")
    assert not re.search(r"=>|`|\b(let|const)\b", source), "old browsers could not read it"
    held = place.planting.hold(WASM)
    pane = place.open()
    held.until_asked()
    assert pane.locator("script[nomodule]").get_attribute("src") == f"boot/{named(place.dist, 'outdated').name}"
    pane.evaluate("source => void (0, eval)(source)", source)
    expect(pane.get_by_role("alert")).to_contain_text("too old for the Mail Connector. Nothing was stored.")
    expect(pane.locator("input")).to_have_count(0)


@pytest.mark.deep("axe at the running pane", few=1)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_a_start_has_failed(scheme: str, place: Place) -> None:
    place.planting.plant(WASM, status(503))
    place.at.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    pane = place.open()
    expect_told(pane, f"{BUSY}503)", WAIT)
    pane.evaluate("source => void (0, eval)(source)", AXE.read_text("utf-8"))
    assert pane.evaluate(RUN, ALL) == []
