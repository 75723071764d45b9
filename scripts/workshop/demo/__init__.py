"""The demo: a page for any static host, with the stand-in Outlook, the pane and the sandbox CRM in the browser alone.

python scripts/build.py --demo --host https://you.github.io/mail-connector

Mailbox and CRM are Python in a worker (`served`). A service worker leads to it what the pages ask for, and serves
the pane with the headers that its own host would send. office.js comes from Microsoft, as in Outlook.
"""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from sandbox_crm.store.users import SEED_USERS
from workshop.checkout import ROOT
from workshop.commands import told
from workshop.installing import Failed
from workshop.pane_headers import common_headers, content_security_policy

HERE = Path(__file__).parent
STANDIN = ROOT / "scripts" / "standin_outlook"
MAILS = ROOT / "tests" / "mails"
PACKAGES = ("starlette", "anyio", "idna", "typing-extensions", "python-multipart", "tzdata")
"""What mailbox and CRM need beside Python's own library; all of it is Python alone."""
FIRST, USER = "related-inline-images.eml", "agent"
"""The mail that is shown first, and the user whom the page names."""
NOTE = (
    '<p class="demo">A demo: mailbox and CRM run in this browser only, and are gone when you close it. Sign in as '
    "<b>{name}</b>, password <b>{password}</b>.</p>"
)
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'"
)
"""Of the page around the pane. Microsoft's host is not in it: the pane loads office.js, under its own policy."""
MADE_BY_A_BUILD = "THIRD-PARTY.txt"
EPOCH = (1980, 1, 1, 0, 0, 0)


Build = Callable[[Path, str, Sequence[str], Mapping[str, object]], object]
"""Makes a pane: in this folder, for this address, for these Outlooks beside Microsoft's, with this config."""


def command(out: Path, host: str, build: Build) -> int:
    """Make the demo (`make`) and say what to do with it; returns the exit code. Raises Failed."""
    print(f"{make(out, host, build)}: upload its content, and send others to {host}/")
    return 0


def make(out: Path, host: str, build: Build) -> Path:
    """Make the demo in the folder ``out``, to be served at ``host``; returns the folder. Raises Failed."""
    fresh = out.with_name(out.name + ".new")
    if out.exists() and any(out.iterdir()) and not (out / MADE_BY_A_BUILD).exists():
        raise Failed(f"{out} is there already and was not made by a build. Choose another folder with --out.")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        # In a folder of its own: a build leaves files for servers beside the pane, which a demo has no use for.
        pane = fresh / "made" / "pane"
        pane.parent.mkdir(parents=True)
        build(pane, f"{host}/pane", (), {"crm_urls": [f"{host}/crm"]})
        pane.rename(fresh / "pane")
        shutil.rmtree(pane.parent)
        _around(fresh)
        shutil.rmtree(out, ignore_errors=True)
        fresh.rename(out)
    except OSError as error:
        raise Failed(told(error)) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return out


def _around(folder: Path) -> None:
    """Put beside the pane what shows it and what answers it."""
    shutil.copytree(STANDIN / "static", folder / "static", ignore=shutil.ignore_patterns("addon.js", "index.html"))
    (folder / "index.html").write_text(page((STANDIN / "static" / "index.html").read_text("utf-8")), "utf-8")
    shutil.copyfile(HERE / "static" / "sw.js", folder / "sw.js")
    demo = folder / "demo"
    demo.mkdir()
    for name in ("start.js", "worker.js", "uploads.js", "demo.css"):
        shutil.copyfile(HERE / "static" / name, demo / name)
    headers = common_headers()
    headers["Content-Security-Policy"] = content_security_policy(["'self'"])
    [pyodide] = folder.glob("pane/boot/plain-*/vendor/pyodide")
    about = {"pyodide": pyodide.relative_to(folder).as_posix() + "/", "headers": headers}
    (demo / "demo.json").write_text(json.dumps(about, indent=1) + "\n", "utf-8", newline="\n")
    with zipfile.ZipFile(demo / "packages.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(_content()):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    (folder / MADE_BY_A_BUILD).write_text(_licences(), "utf-8", newline="\n")


def page(standin: str) -> str:
    """Return the stand-in's page as the demo's: started by ``start.js``, with a note and a policy of its own."""
    user = next(user for user in SEED_USERS if user.name == USER)
    changes = (
        ('<script type="module" src="static/page.js"></script>', '<script type="module" src="demo/start.js"></script>'),
        ("<html ", f'<html data-first="{FIRST}" '),
        (
            '<meta charset="utf-8">',
            f'<meta charset="utf-8">\n  <meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        ),
        ("</head>", '  <link rel="stylesheet" href="demo/demo.css">\n</head>'),
        ("</header>", f"</header>\n  {NOTE.format(name=user.name, password=user.password)}"),
    )
    for old, new in changes:
        if standin.count(old) != 1:
            raise Failed(f"The stand-in's page has no {old!r} any more: the demo can't be made of it.")
        standin = standin.replace(old, new)
    return standin


def _content() -> Iterator[tuple[str, bytes]]:
    """Yield what the worker unpacks, by its path there."""
    for package in ("sandbox_crm", "standin_outlook"):
        yield from _files(ROOT / "scripts" / package, package)
    yield "served.py", (HERE / "served.py").read_bytes()
    yield from _files(MAILS, "mails", only=(".eml",))
    for name in PACKAGES:
        for file in importlib.metadata.files(name) or ():
            if file.suffix not in {".pyc", ".pyi"} and not file.as_posix().startswith("../"):
                yield file.as_posix(), file.read_binary()


def _files(folder: Path, below: str, only: Iterable[str] = ()) -> Iterator[tuple[str, bytes]]:
    for file in folder.rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts and (not only or file.suffix in only):
            yield f"{below}/{file.relative_to(folder).as_posix()}", file.read_bytes()


def _licences() -> str:
    """Return the licences of what is in the worker beside the pane's own."""
    parts = ["The folder pane/ has a file of this name of its own. The worker of this demo contains these packages:"]
    for name in PACKAGES:
        files = [file for file in importlib.metadata.files(name) or () if "licen" in file.name.lower()]
        texts = [file.read_text("utf-8") for file in files]
        parts.append("\n\n".join([f"{name} {importlib.metadata.version(name)}", *texts]))
    rule = "\n\n" + "=" * 78 + "\n\n"
    return rule.join(part.strip().replace("\r\n", "\n") for part in parts) + "\n"
