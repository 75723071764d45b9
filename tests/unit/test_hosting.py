"""What servers are told: all the same, and beside the folder that is uploaded."""

from __future__ import annotations

import json
import re
import shutil
import uuid
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from workshop import contents, customers
from workshop.build import BuildError, build
from workshop.checkout import ROOT
from workshop.finishing import admin_folder, helping
from workshop.hosting import SETTINGS, Site
from workshop.metapolicy import policy_for_page
from workshop.pane_headers import FOREVER, MEDIA_TYPES, common_headers, content_security_policy

HOST = "https://addin.example.com"
OUTLOOK = "https://owa.example.com"
CUSTOMER = "https://crm.customer.example/crm"
SITE = Site(HOST, common_headers([OUTLOOK]), ("boot/", "config.json", "icons/", "index.html"))
TEXTS = {name: setting.text(SITE) for name, setting in SETTINGS.items()}


def said(name: str) -> dict[str, str]:
    """The headers of every answer, as a server's settings say them."""
    text = TEXTS[name]
    if name == "azure":
        return dict(json.loads(text)["globalHeaders"])
    if name == "iis":
        return {one.get("name", ""): one.get("value", "") for one in ElementTree.fromstring(text).iter("add")}  # noqa: S314
    pattern = {
        "apache": r'^Header always set (\S+) "([^"]+)"$',
        "caddy": r'^\t\t\t([A-Z]\S+) "([^"]+)"$',
        "netlify": r"^  (\S+): (.+)$",
        "nginx": r'^    add_header (\S+) "([^"]+)" always;$',
    }[name]
    return dict(re.findall(pattern, text, re.M))


@pytest.mark.parametrize("name", SETTINGS)
def test_each_server_is_told_all_headers(name: str) -> None:
    assert OUTLOOK in SITE.headers["Content-Security-Policy"]
    assert SITE.headers["No-Vary-Search"] == "params", "Outlook adds something new to the page's address each time"
    assert SITE.headers.items() <= said(name).items()


@pytest.mark.parametrize("name", sorted({*SETTINGS} - {"netlify"}))
def test_each_server_is_told_all_types(name: str) -> None:
    """Netlify and Cloudflare know them all, and take no types of their own."""
    for suffix, kind in MEDIA_TYPES.items():
        lines = [line for line in TEXTS[name].splitlines() if re.search(rf"(?<![a-z]){suffix[1:]}(?![a-z])", line)]
        bare = kind.partition(";")[0]
        near = {one for line in lines for one in (line, TEXTS[name][TEXTS[name].index(line) :][:300])}
        assert any(bare in one for one in near), suffix


@pytest.mark.parametrize("name", SETTINGS)
def test_what_is_kept_forever_is_told_apart(name: str) -> None:
    text = TEXTS[name]
    assert text.count("immutable") == 1
    if name != "iis":
        assert FOREVER in text
    if name == "apache":
        assert re.search(r"immutable.*REQUEST_STATUS} =~ /\^\(2\|304\)/", text), "an error is not kept for a year"
    if name == "nginx":
        assert "$pane_cache always" not in text, "an error is not kept for a year"
    if name == "netlify":
        assert [text.splitlines().count(line) for line in ("/*", "/boot/*")] == [1, 1], "it joins what two rules say"


@pytest.mark.parametrize(
    ("name", "usual", "own"),
    [
        ("nginx", "    listen 443 ssl http2;", "    listen 8443 ssl http2;"),
        ("caddy", "addin.example.com {", "addin.example.com:8443 {"),
    ],
)
def test_the_server_listens_at_the_panes_port(name: str, usual: str, own: str) -> None:
    assert usual in TEXTS[name].splitlines()
    assert own in SETTINGS[name].text(replace(SITE, host=f"{HOST}:8443")).splitlines()


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(
        tmp_path_factory.mktemp("hosting") / "dist", HOST, crms=[CUSTOMER, "crm.other.example"], meta_policy=True
    )


def test_settings_lie_beside_the_folder_that_is_uploaded(dist: Path) -> None:
    files = {setting.file for setting in SETTINGS.values()}
    assert not files & {file.name for file in dist.rglob("*")}
    assert files <= {file.name for file in admin_folder(dist).iterdir()}


def test_the_settings_of_one_server_go_into_the_folder_when_asked_for(tmp_path: Path) -> None:
    out = build(tmp_path / "dist", HOST, server="apache")
    assert (out / ".htaccess").read_bytes() == (admin_folder(out) / ".htaccess").read_bytes()
    assert not (out / "web.config").exists()


def test_the_policy_stands_in_each_page_when_asked_for(dist: Path) -> None:
    policy = policy_for_page(content_security_policy())
    assert "frame-ancestors" not in policy
    assert policy.split("; ") == content_security_policy().split("; ")[:-1]
    for page in ("index.html", "signin.html"):
        text = (dist / page).read_text("utf-8")
        assert text.count("http-equiv") == 1
        assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in text
        assert text.index("http-equiv") < min(text.index("<link"), text.index("<script")), "it holds for what follows"
    assert json.loads((dist / contents.NAME).read_text("utf-8"))["meta_policy"] is True


def test_a_manifest_for_one_crm_has_an_id_of_its_own(dist: Path) -> None:
    common = (dist / "manifest.xml").read_text("utf-8")
    [one] = admin_folder(dist).glob("manifest-crm.customer.example*")
    [other] = admin_folder(dist).glob("manifest-crm.other*")
    ids = [re.findall("<Id>(.+)</Id>", text)[0] for text in (common, one.read_text("utf-8"), other.read_text("utf-8"))]
    assert len(set(ids)) == 3
    assert ids[1] == str(uuid.uuid5(uuid.UUID(ids[0]), CUSTOMER)), "the same address always has the same id"
    pages = re.findall(r'="(https://[^"]*index\.html[^"]*)"', one.read_text("utf-8"))
    assert set(pages) == {f"{HOST}/index.html?crm=https%3A%2F%2Fcrm.customer.example%2Fcrm"}
    assert len(pages) == common.count("index.html")
    assert "crm=https%3A%2F%2Fcrm.other.example" in other.read_text("utf-8")


@pytest.mark.parametrize("crm", ["http://crm.example.com", "ftp://x", "https://u:p@crm.example", ""])
def test_a_manifest_names_no_address_that_is_none(crm: str) -> None:
    with pytest.raises(customers.Unfit, match="--crm has to look like"):
        customers.address(crm, {})


def test_a_manifest_names_no_crm_that_the_configuration_forbids() -> None:
    config = {"crm_urls": [CUSTOMER], "free_url": False}
    assert customers.address("crm.customer.example/crm/index.php", config) == CUSTOMER
    with pytest.raises(customers.Unfit, match="is not among 'crm_urls'"):
        customers.address("https://crm.other.example", config)


@pytest.mark.parametrize(("support", "count"), [("Ask <Anna> & Co.", 5), ("", 0)])
def test_the_help_page_says_whom_to_ask_in_each_language(support: str, count: int, tmp_path: Path) -> None:
    page = tmp_path / "support.html"
    shutil.copyfile(ROOT / "pane" / "support.html", page)
    helping(page, {"support": support})
    text = page.read_text("utf-8")
    assert re.findall(r'<section id="(\w+)" lang="(\w+)"', text) == [
        (one, one) for one in ("en", "it", "de", "fr", "es")
    ]
    assert text.count("Ask &lt;Anna&gt; &amp; Co.") == count
    assert 'class="support"' not in text


def test_a_wrong_crm_ends_the_build(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="--crm"):
        build(tmp_path / "dist", HOST, crms=["http://crm.example.com"])
    assert list(tmp_path.iterdir()) == []
