"""Build the module package of the CRM component: ``python scripts/component.py --public-key crm/licence.pub``.

The result is a zip that vtenext's Module Manager imports. It holds ``crm/manifest.xml`` and ``crm/modules/``, and the
public keys whose licences the component takes (several: an old one beside a new one). The same input gives the same
bytes. `problems` checks what the Module Manager asks for; the build stops at the first it finds.
"""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from workshop import commands
from workshop.checkout import ROOT
from workshop.licence import LicenceError, public_key

SOURCE = ROOT / "crm"
NAME = "MailConnector"
KEYS = f"modules/{NAME}/keys.php"
LANGUAGES = ("en_us", "it_it", "de_de", "fr_fr", "es_es")
EPOCH = (1980, 1, 1, 0, 0, 0)


def files(source: Path = SOURCE) -> dict[str, bytes]:
    """Return what belongs into the package, by its path there."""
    found = {"manifest.xml": (source / "manifest.xml").read_bytes()}
    for file in sorted((source / "modules").rglob("*")):
        if file.is_file() and file.suffix == ".php":
            found[file.relative_to(source).as_posix()] = file.read_bytes()
    return found


def version(source: Path = SOURCE) -> str:
    """Return the component's version from its manifest."""
    return ElementTree.fromstring((source / "manifest.xml").read_bytes()).findtext("version") or ""  # noqa: S314  # our own


def keys_file(public_keys: Sequence[str]) -> bytes:
    """Return the PHP file with the public keys; raises `LicenceError` for a text that is none."""
    for key in public_keys:
        public_key(key)
    listed = "".join(f"    '{key.strip()}',\n" for key in public_keys)
    return f"<?php\n// Made by scripts/component.py.\nreturn [\n{listed}];\n".encode()


def problems(content: dict[str, bytes]) -> list[str]:
    """Return what the Module Manager would not take, a sentence each."""
    found = []
    try:
        manifest = ElementTree.fromstring(content.get("manifest.xml", b""))  # noqa: S314
    except ElementTree.ParseError as error:
        return [f"manifest.xml can't be read: {error}."]
    if manifest.tag != "module" or manifest.findtext("name") != NAME:
        found.append(f"The manifest has to be of the module {NAME}.")
    if not manifest.findtext("dependencies/vtenext_version"):
        found.append("The manifest has to name the oldest vtenext (dependencies, vtenext_version).")
    if [path for path in content if "manifest.xml" in path] != ["manifest.xml"]:
        found.append("There has to be one manifest.xml, at the root.")
    found += [f"There is no language file {path}." for path in _languages() if path not in content]
    if f"modules/{NAME}/{NAME}.php" not in content:
        found.append(f"There is no modules/{NAME}/{NAME}.php.")
    found += [f"{path} lies outside of the module." for path in content if not _inside(path)]
    constant = re.search(rb"COMPONENT = '([^']+)'", content.get(f"modules/{NAME}/pure/Version.php", b""))
    if constant is None or constant[1].decode() != manifest.findtext("version"):
        found.append("manifest.xml and pure/Version.php tell different versions.")
    for table in manifest.iterfind("tables/table"):
        name, sql = table.findtext("name") or "", table.findtext("sql") or ""
        schema = ElementTree.fromstring(sql)  # noqa: S314
        if not name.startswith("TABLEPREFIX_") or [one.get("name") for one in schema.iter("table")] != [name]:
            found.append(f"The table {name} has to begin with TABLEPREFIX_ and its schema has to make it.")
    return found


def _languages() -> list[str]:
    return [f"modules/{NAME}/language/{language}.lang.php" for language in LANGUAGES]


def _inside(path: str) -> bool:
    return path == "manifest.xml" or (path.startswith(f"modules/{NAME}/") and ".." not in path)


def build(out: Path, public_keys: Sequence[str], source: Path = SOURCE) -> Path:
    """Write the package to a file and return it; raises ValueError with what is wrong."""
    content = files(source) | {KEYS: keys_file(public_keys)}
    if found := problems(content):
        raise ValueError(" ".join(found))
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(content):
            entry = zipfile.ZipInfo(path, EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content[path])
    return out


def _key(file: Path) -> str:
    """Return the public key in a file; raises `LicenceError`."""
    text = file.read_bytes().decode("utf-8", "replace").strip()
    try:
        public_key(text)
    except LicenceError as error:
        raise LicenceError(f"{file}: {error}") from None
    return text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = commands.Options(description="Build the module package of the CRM component.")
    parser.add_argument(
        "--public-key", action="append", required=True, type=commands.readable_file, metavar="FILE",
        help="a public key (made by licence.py keygen) whose licences are taken; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=commands.writable_file, metavar="FILE", help="the package (default: dist-crm/MailConnector-….zip)"
    )
    options = parser.parse_args(arguments)
    out = options.out or ROOT / "dist-crm" / f"{NAME}-{version()}.zip"
    try:
        build(out, [_key(file) for file in options.public_key])
    except (ValueError, LicenceError) as error:
        print(f"The package was not built: {error}", file=sys.stderr)
        return 1
    print(f"{out}: import it in the CRM, Settings, Module Manager.")
    return 0
