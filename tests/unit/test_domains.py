"""One list of public mail domains, made of maintained lists, and the same in Python, PHP and the sandbox."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from connector.mail.address import public_domain
from sandbox_crm import component_looking
from workshop.checkout import ROOT
from workshop.domains import FILES, public_domains

PROVIDERS = ["gmail.com", "outlook.com", "outlook.it", "live.com", "live.co.uk", "yahoo.co.jp", "gmx.de", "libero.it"]
COMPANIES = [
    "acme.com",
    "live.acme.com",
    "outlook.acme.it",
    "live.events",
    "yahoo.acme",
    "mail.acme.com",
    "hotmail.con",
]
CASES = [*((one, True) for one in PROVIDERS), *((one, False) for one in (*COMPANIES, ""))]


def test_what_is_committed_is_what_the_lists_say() -> None:
    domains = public_domains()
    assert len(domains) > 300
    for path, write in FILES.items():
        assert path.read_text("utf-8") == write(domains), f"{path.name}: run python scripts/domains.py"


@pytest.mark.parametrize(("domain", "public"), CASES)
def test_a_provider_for_everybody_is_told_from_a_company(domain: str, public: bool) -> None:
    assert public_domain(domain) is public
    assert component_looking.public_domain(domain) is public


def test_php_tells_the_same() -> None:
    path = ROOT / "crm" / "modules" / "MailConnector" / "pure" / "PublicDomains.php"
    ask = "foreach (array_slice($argv, 1) as $one) { echo (int) MailConnector\\PublicDomains::has($one); }"
    command = [shutil.which("php") or "php", "-r", f"require '{path}'; {ask}", "--", *PROVIDERS, *COMPANIES]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "1" * len(PROVIDERS) + "0" * len(COMPANIES)
