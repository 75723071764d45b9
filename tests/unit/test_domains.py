"""One list of public mail domains, made of maintained lists, and the same in Python, PHP and the sandbox."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from publicsuffixlist import PublicSuffixList

from connector.mail.address import public_domain
from connector.mail.domains import companies, registrable
from sandbox_crm.component import domains as component_domains
from workshop.checkout import ROOT
from workshop.domains import FILES, public_domains, public_suffixes

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
    assert component_domains.public_domain(domain) is public


SUFFIXES = [
    ("mail.northwind.co.uk", "northwind.co.uk"),
    ("northwind.example", "northwind.example"),
    ("a.b.northwind.example", "northwind.example"),
    ("co.uk", ""),
    ("uk", ""),
    ("", ""),
    ("a..b", ""),
    ("www.ck", "www.ck"),
    ("shop.firm.co.ck", "firm.co.ck"),
    ("city.kawasaki.jp", "city.kawasaki.jp"),
    ("mail.müller.de", "müller.de"),
    ("mail.xn--mller-kva.de", "xn--mller-kva.de"),
]


@pytest.mark.parametrize(("domain", "whole"), SUFFIXES)
def test_a_company_registers_what_stands_before_a_public_suffix(domain: str, whole: str) -> None:
    assert registrable(domain) == whole


def test_each_suffix_of_the_list_is_known() -> None:
    suffixes = PublicSuffixList(only_icann=True)
    for rule in public_suffixes():
        last, *others = rule.split(" ")
        for one in (f"firm.{before.lstrip('*!').lstrip('.')}.{last}".replace("..", ".") for before in others):
            assert registrable(f"mail.{one}") == (suffixes.privatesuffix(f"mail.{one}") or ""), one


def test_companies_are_looked_for_by_their_domain_and_those_above_it() -> None:
    wanted = ["mail.northwind.example", "northwind.example"]
    assert [*companies(["Robot@Mail.Northwind.example.", "x@gmail.com"])] == wanted
    assert [*companies(["j@müller.example"])] == ["müller.example", "xn--mller-kva.example"]
    assert companies(["a@gmail.com", "b@co.uk", "c", ""]) == ()


def test_php_tells_the_same() -> None:
    path = ROOT / "crm" / "modules" / "MailConnector" / "pure" / "PublicDomains.php"
    ask = "foreach (array_slice($argv, 1) as $one) { echo (int) MailConnector\\PublicDomains::has($one); }"
    command = [shutil.which("php") or "php", "-r", f"require '{path}'; {ask}", "--", *PROVIDERS, *COMPANIES]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "1" * len(PROVIDERS) + "0" * len(COMPANIES)
