"""Build what is served: ``python scripts/build.py --host https://addin.example.com``.

The result (``dist/``) is static files and nothing else: upload the folder, then give ``manifest.xml``
to Outlook. Beside it, in ``dist-admin/``, lies what is not uploaded: the settings of web servers, and the manifests for
single CRMs. The same input gives the same bytes, on every system.
"""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from workshop import commands, customers, demo, environment
from workshop.checkout import ROOT, connector_importable, remove
from workshop.finishing import Finish, admin_folder, helping
from workshop.hosting import SETTINGS

if TYPE_CHECKING:
    from workshop.translations import Translation

DEVELOPMENT_HOST = "https://localhost:8443"
NOT_SERVED = ("locale", "node_modules", "vendor", "css", "package.json", "package-lock.json", "README.md")
INTERRUPTED = 130
"""The exit code of what Ctrl-C has ended."""
EPOCH = (1980, 1, 1, 0, 0, 0)


class BuildError(Exception):
    """The build can't be made; the text says why and what to do."""


def build(
    out: Path,
    host: str = DEVELOPMENT_HOST,
    outlook_hosts: Sequence[str] = (),
    config: Mapping[str, object] | None = None,
    thorough: bool = False,
    whole: bool = False,
    told: Callable[[str], object] = lambda _: None,
    crms: Sequence[str] = (),
    server: str = "",
    meta_policy: bool = False,
) -> Path:
    """Build the pane into the folder ``out`` (replaced as a whole, as is ``out-admin`` beside it) and return it.

    ``host``: where the files will be served, ``https://`` and a host name, with a path if need be.
    ``outlook_hosts``: addresses of Outlook servers beside Microsoft's that show the pane (an on-premises one).
    ``config``: settings in the place of ``pane/config.json``.
    ``thorough``: compress as well as can be, which takes most of a minute the first time. ``whole``: refuse
    a language in which a text is missing. ``told`` hears what takes long, and how far it is. ``crms``: addresses of
    CRMs that get a manifest of their own. ``server``: whose settings are put into the folder, too (`SETTINGS`).
    ``meta_policy``: put the Content-Security-Policy into the pages. Raises BuildError.
    """
    from workshop.pane_headers import common_headers, crm_sources

    host = _host(host)
    _may_replace(out)
    config = _json(ROOT / "pane" / "config.json") if config is None else config
    _check_config(config)
    headers = common_headers(_ancestors(outlook_hosts), crm_sources(config, development=host == DEVELOPMENT_HOST))
    finish = Finish(host, headers, _crms(crms, config), server, meta_policy)
    spoken = _translations(whole)
    folders = (out, admin_folder(out))
    fresh, beside = (folder.with_name(folder.name + ".new") for folder in folders)
    remove(fresh, beside)
    try:
        with _explained(out):
            _make(fresh, config, spoken, told)
            _manifest(fresh / "manifest.xml", host, spoken, permission_for(config))
            finish.put(fresh, beside)
            _compress(fresh, thorough, told)
            remove(*folders)
            fresh.rename(out)
            beside.rename(admin_folder(out))
    finally:
        remove(fresh, beside)
    return out


@contextmanager
def _explained(out: Path) -> Iterator[None]:
    """Raise what can go wrong as a BuildError."""
    from workshop import boot_set, first_request, precompression, vendoring
    from workshop.installing import Failed
    from workshop.snapshot.picture import PictureFailed

    try:
        yield
    except (vendoring.Missing, boot_set.Unfit, first_request.Unfit, PictureFailed) as error:
        raise BuildError(str(error)) from None
    except (precompression.CompressionFailed, Failed) as error:
        raise BuildError(str(error)) from None
    except OSError as error:
        raise BuildError(f"{error.filename or out}: {error.strerror or error}.") from error


def _make(
    fresh: Path, config: Mapping[str, object], spoken: Mapping[str, Translation], told: Callable[[str], object]
) -> None:
    """Make the pane itself."""
    from workshop import boot_set, vendoring

    _fill(fresh, config)
    boot_set.install(fresh, spoken, told)
    (fresh / "THIRD-PARTY.txt").write_text(vendoring.licences(), "utf-8", newline="\n")


def _compress(fresh: Path, thorough: bool, told: Callable[[str], object]) -> None:
    from workshop import boot_set, precompression

    quality = precompression.BEST if thorough else precompression.QUICK
    precompression.precompress(fresh, quality, seldom=f"{boot_set.FOLDER}/{boot_set.PLAIN}-", told=told)


def _crms(given: Sequence[str], config: Mapping[str, object]) -> list[str]:
    """The addresses of CRMs that get a manifest of their own."""
    try:
        return [customers.address(crm, config) for crm in given]
    except customers.Unfit as error:
        raise BuildError(str(error)) from None


def _fill(fresh: Path, config: Mapping[str, object]) -> None:
    """Put the pane's files into the folder, and what it needs of others."""
    from workshop import first_request, vendoring

    _static(ROOT / "pane", fresh)
    (fresh / "config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8", newline="\n")
    helping(fresh / "support.html", config)
    vendoring.vendor(fresh / "vendor")
    _pack(ROOT / "py", fresh / "vendor" / "connector.zip")
    first_request.install(fresh / "first.js")


def _host(host: str) -> str:
    parts = urlsplit(host)
    plain = not (parts.query or parts.fragment or "@" in parts.netloc or set(host) & set("<>&\"' "))
    if parts.scheme != "https" or not parts.hostname or not plain:
        raise BuildError(f"--host has to look like https://addin.example.com, not {host!r}. Outlook takes https only.")
    return host.rstrip("/")


def _ancestors(outlook_hosts: Sequence[str]) -> list[str]:
    """Who may frame the pane beside Microsoft's Outlook."""
    from workshop.pane_headers import frame_ancestor

    try:
        return [frame_ancestor(address) for address in outlook_hosts]
    except ValueError as error:
        raise BuildError(str(error)) from None


def _may_replace(out: Path) -> None:
    """Refuse to replace a folder that no build made: it may be somebody's documents."""
    if out.exists() and not (out / "THIRD-PARTY.txt").exists() and (not out.is_dir() or any(out.iterdir())):
        raise BuildError(f"{out} is there already and was not made by a build. Choose another folder with --out.")


def _static(pane: Path, out: Path) -> None:
    from workshop.stylesheet import Unjoined, joined

    out.mkdir(parents=True)
    for file in sorted(pane.rglob("*")):
        name = file.relative_to(pane)
        if name.parts[0] in NOT_SERVED or any(part.startswith(".") for part in name.parts) or not file.is_file():
            continue
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    try:
        (out / "pane.css").write_text(joined(pane / "pane.css"), "utf-8", newline="\n")
    except Unjoined as error:
        raise BuildError(str(error)) from None


def _check_config(config: Mapping[str, object]) -> None:
    """Refuse a config that the pane would not understand, and PyScript plugins that are not vendored."""
    from workshop import vendoring

    with connector_importable():
        from connector.app.settings import problems

    found = problems(config)
    if found:
        raise BuildError("pane/config.json: " + " ".join(found))
    plugins = _json(ROOT / "pane" / "pyscript.json").get("plugins", [])
    missing = [name for name in vendoring.LEFT_OUT_PLUGINS if f"!{name}" not in plugins]
    if missing:
        raise BuildError(f'pane/pyscript.json has to switch these plugins off in "plugins": {", ".join(missing)}.')


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BuildError(f"{file.relative_to(ROOT)} can't be read: {error}") from None


def _translations(whole: bool) -> dict[str, Translation]:
    """Return the languages that the pane speaks, and refuse one in which something is wrong."""
    from workshop import first_rows, translations

    catalogues = translations.catalogues()
    faults = translations.all_faults(catalogues)
    found = [*faults.broken, *(faults.missing if whole else ())]
    if found:
        raise BuildError("pane/locale: " + " ".join(found))
    return {name: translations.translation_of(catalog, first_rows.texts()) for name, catalog in catalogues.items()}


def _pack(source: Path, target: Path) -> None:
    """Pack the package ``connector``, uncompressed: the transfer is compressed, and zlib's bytes differ by version."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted((source / "connector").rglob("*"), key=lambda path: path.relative_to(source).as_posix()):
            if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".pyc":
                entry = zipfile.ZipInfo(file.relative_to(source).as_posix(), EPOCH)
                entry.create_system = 3
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, file.read_bytes())


def permission_for(config: Mapping[str, object]) -> str:
    """Return what the manifest asks Outlook for: more than to read the item where linked mails get a category.

    To give a category takes the permission to write the item; to have the mailbox know one, that to write the mailbox.
    """
    return "ReadWriteMailbox" if config.get("category") else "ReadItem"


def _manifest(target: Path, host: str, spoken: Mapping[str, Translation], permission: str) -> None:
    from workshop import manifest

    text = (ROOT / "manifest.xml").read_text("utf-8")
    text = text.replace("<Permissions>ReadItem</Permissions>", f"<Permissions>{permission}</Permissions>")
    origin = "https://" + urlsplit(host).netloc
    text = text.replace(f"<AppDomain>{DEVELOPMENT_HOST}</AppDomain>", f"<AppDomain>{origin}</AppDomain>")
    text = manifest.translated(text.replace(DEVELOPMENT_HOST, host), spoken)
    target.write_text(text, "utf-8", newline="\n")
    found = manifest.problems(text, host, target.parent)
    if found:
        raise BuildError("manifest.xml: " + " ".join(found))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = commands.Options(description="Build the static files of the pane and its manifest.")
    parser.add_argument(
        "--host", default=DEVELOPMENT_HOST, help="where the files will be served: https://addin.example.com"
    )
    parser.add_argument(
        "--out", type=commands.folder_to_make, default=ROOT / "dist", help="the folder to build (default: dist)"
    )
    parser.add_argument(
        "--outlook", action="append", default=[], metavar="URL", help="your own Outlook server, if it shows the pane"
    )
    parser.add_argument(
        "--crm", action="append", default=[], metavar="URL", help="make a manifest for the users of this CRM, too"
    )
    parser.add_argument(
        "--server", choices=SETTINGS, default="", help="put the settings of this server into the folder, too"
    )
    parser.add_argument(
        "--meta-policy", action="store_true", help="put the security policy into the pages, for hosts without headers"
    )
    parser.add_argument(
        "--demo", action="store_true", help="a page to try it without installing: Outlook and CRM are stand-ins"
    )
    parser.add_argument("--quick", action="store_true", help="compress less: for trying things out")
    options = parser.parse_args(arguments)
    environment.ensure()
    try:
        hosted: dict[str, Any] = {"crms": options.crm, "server": options.server, "meta_policy": options.meta_policy}
        made: dict[str, Any] = {"thorough": not options.quick, "whole": True, "told": _say}
        if options.demo:
            return demo.command(options.out.resolve(), _host(options.host), lambda *pane: build(*pane, **made))
        out = build(options.out.resolve(), options.host, options.outlook, **made, **hosted)
    except BuildError as error:
        print(f"The build stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. What was made so far is kept: the next build goes on from there.", file=sys.stderr)
        return INTERRUPTED
    files = [file for file in out.rglob("*") if file.is_file()]
    size = sum(file.stat().st_size for file in files) / 1e6
    print(f"{out}: {len(files)} files, {size:.1f} MB, for {options.host}")
    print(f"{admin_folder(out)}: the settings of web servers" + ", and manifests" * bool(options.crm))
    if options.host == DEVELOPMENT_HOST:
        print("Built for this machine only. For others: python scripts/build.py --host https://addin.example.com")
    return 0
