"""The mail domains of providers for everybody, written where Python, PHP and the sandbox need them.

``contract/providers.txt`` names the providers; a maintained list says under which domains they are, and the Public
Suffix List which of these are a provider's own. From that list Python gets the endings of more than one label, too,
below which companies have their domains (``co.uk``). The results are committed; a test makes them anew.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from workshop import commands, environment
from workshop.checkout import NODE_MODULES, ROOT

PROVIDERS = ROOT / "contract" / "providers.txt"
LISTED = NODE_MODULES / "free-email-domains" / "domains.json"


def public_domains() -> list[str]:
    """Return all domains, sorted. Raises OSError when a list is missing."""
    from publicsuffixlist import PublicSuffixList

    suffixes = PublicSuffixList(only_icann=True)
    lines = [line.strip() for line in PROVIDERS.read_text("utf-8").splitlines()]
    names = {line for line in lines if line and not line.startswith("#") and not line.endswith(".*")}
    families = {line.removesuffix(".*") for line in lines if line.endswith(".*")}
    for domain in json.loads(LISTED.read_text("utf-8")):
        family, _, rest = domain.lower().partition(".")
        # An unknown top-level domain would count as a public suffix: "hotmail.con" is in the list.
        if family in families and suffixes.publicsuffix(rest, accept_unknown=False) == rest:
            names.add(domain.lower())
    return sorted(names)


def public_suffixes() -> list[str]:
    """Return a line for each top-level domain with longer public suffixes: the label, then what stands before it.

    ``*`` is any label, ``!`` an exception from that. A suffix that some provider alone keeps is a company's domain.
    """
    from publicsuffixlist import PSLFILE

    rules = Path(PSLFILE).read_text("utf-8").partition("===BEGIN PRIVATE DOMAINS===")[0].splitlines()
    longer: dict[str, set[str]] = {}
    for rule in (line.strip() for line in rules):
        if rule.startswith("//"):
            continue
        before, dot, last = ".".join(map(_in_ascii, rule.split("."))).rpartition(".")
        if dot:
            longer.setdefault(last, set()).add(before)
    return [" ".join((last, *sorted(longer[last]))) for last in sorted(longer)]


def _in_ascii(label: str) -> str:
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"


def _suffixes(_domains: Sequence[str]) -> str:
    lines = "\n".join(part for line in public_suffixes() for part in _wrapped(line))
    return (
        '"""Public suffixes of more than one label (publicsuffix.org). Written by ``python scripts/domains.py``."""\n\n'
        "from __future__ import annotations\n\n"
        f"SUFFIXES = (\n{lines}\n)\n"
        '"""A line for each top-level domain: the label, then what stands before it in each longer suffix."""\n'
    )


def _wrapped(line: str) -> list[str]:
    pieces = textwrap.wrap(line, 106, break_on_hyphens=False, break_long_words=False)
    return [f'    "{piece} "' for piece in pieces[:-1]] + [f'    "{pieces[-1]}\\n"']


def _lines(domains: Sequence[str], width: int) -> list[str]:
    return textwrap.wrap(" ".join(domains), width, break_on_hyphens=False, break_long_words=False)


def _python(domains: Sequence[str]) -> str:
    lines = "\n".join(f'    "{line} "' for line in _lines(domains, 106))
    return (
        '"""Mail domains of providers for everybody. Written by ``python scripts/domains.py``."""\n\n'
        "from __future__ import annotations\n\n"
        f"PUBLIC_DOMAINS = frozenset(\n    (\n{textwrap.indent(lines, '    ')}\n    ).split()\n)\n"
    )


def _php(domains: Sequence[str]) -> str:
    lines = "\n        . ".join(f"'{line} '" for line in _lines(domains, 105))
    return (
        "<?php\n\nnamespace MailConnector;\n\n"
        "/** Mail domains of providers for everybody: they tell nothing about a company.\n"
        " *  Written by `python scripts/domains.py`. */\nfinal class PublicDomains\n{\n"
        f"    private const NAMES = {lines};\n\n"
        "    public static function has(string $domain): bool\n    {\n"
        "        return in_array(strtolower(trim($domain)), explode(' ', trim(self::NAMES)), true);\n    }\n}\n"
    )


def _plain(domains: Sequence[str]) -> str:
    return "\n".join(domains) + "\n"


FILES: Mapping[Path, Callable[[Sequence[str]], str]] = {
    ROOT / "py" / "connector" / "mail" / "publicdomains.py": _python,
    ROOT / "py" / "connector" / "mail" / "publicsuffixes.py": _suffixes,
    ROOT / "crm" / "modules" / "MailConnector" / "pure" / "PublicDomains.php": _php,
    ROOT / "scripts" / "sandbox_crm" / "component" / "public_domains.txt": _plain,
}
"""What is written, and how."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    commands.Options(description="Write the list of public mail domains.").parse_args(arguments)
    environment.ensure(whole=True)
    domains = public_domains()
    for path, write in FILES.items():
        path.write_text(write(domains), "utf-8", newline="\n")
        print(f"{path.relative_to(ROOT)}: {len(domains)} domains")
    return 0
