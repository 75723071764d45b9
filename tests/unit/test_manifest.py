"""The add-in's manifest: right as it is built, and the checks notice what would be wrong."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from workshop import manifest, translations
from workshop.build import DEVELOPMENT_HOST, _manifest, build, permission_for
from workshop.checkout import ROOT
from workshop.extraction import told
from workshop.manifest import LOCALES

HOST = "https://addin.example.com/connector"


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("manifest") / "dist", HOST)


@pytest.fixture(scope="module")
def built(dist: Path) -> str:
    return (dist / "manifest.xml").read_text("utf-8")


def test_the_built_manifest_is_right(built: str, dist: Path) -> None:
    assert manifest.problems(built, HOST, dist) == []


def test_the_host_replaces_the_placeholder_everywhere(built: str) -> None:
    assert "localhost" not in built
    assert "<AppDomain>https://addin.example.com</AppDomain>" in built
    assert f'DefaultValue="{HOST}/index.html"' in built


def test_what_the_product_promises_of_its_clients(built: str) -> None:
    assert '<Set Name="Mailbox" MinVersion="1.5"/>' in built
    assert "<Permissions>ReadItem</Permissions>" in built
    assert "<SupportsPinning>true</SupportsPinning>" in built
    assert "<SupportsSharedFolders>true</SupportsSharedFolders>" in built
    assert 'xsi:type="MobileMessageReadCommandSurface"' in built


@pytest.mark.parametrize(("category", "permission"), [("", "ReadItem"), ("Linked to vtenext", "ReadWriteMailbox")])
def test_only_a_category_takes_a_larger_permission(tmp_path: Path, dist: Path, category: str, permission: str) -> None:
    assert permission_for({"category": category}) == permission
    whole = tmp_path / "dist"
    shutil.copytree(dist, whole)
    spoken = {name: translations.translation_of(one) for name, one in translations.catalogues().items()}
    _manifest(whole / "manifest.xml", HOST, spoken, permission)
    text = (whole / "manifest.xml").read_text("utf-8")
    assert f"<Permissions>{permission}</Permissions>" in text
    assert text.count("<Permissions>") == 1


def test_every_text_has_every_language(built: str) -> None:
    texts = told(ElementTree.fromstring(built))  # noqa: S314  # this project's own file
    assert len(texts) == 5
    spoken = translations.catalogues()
    for text in texts:
        english = text.get("DefaultValue", "")
        overrides = {child.get("Locale"): child.get("Value") for child in text}
        for language, catalog in spoken.items():
            for culture in LOCALES[language].split():
                message = catalog.get(english)
                assert message is not None
                assert overrides[culture] == message.string
        assert len({english, *overrides.values()}) == 1 + len(spoken)


@pytest.mark.parametrize(
    ("was", "becomes", "complaint"),
    [
        ("</OfficeApp>", "", "not well-formed"),
        ("<Permissions>ReadItem</Permissions>", "", "OfficeApp lacks Permissions"),
        ("<SupportsSharedFolders>true</SupportsSharedFolders>", "<Invented/>", "may not hold Invented"),
        ('<Label resid="buttonLabel"/>\n                  <Supertip>', "<Supertip>", "Control lacks Label"),
        ('<bt:Image id="icon144"', '<bt:Image id="icon145"', "names 'icon144'"),
        ('<bt:String id="groupLabel"', '<bt:String id="groupLabel" /><bt:String id="unused"', "is empty or too long"),
        ("paneUrl", "paneUrlThatIsMuchTooLongToBeTaken", "longer than 32 characters"),
        ('Value="Collega al CRM"', f'Value="{"x" * 126}"', "too long"),
        ("/icons/icon-80.png", "/icons/icon-64.png", "no PNG of 80 × 80"),
        ("/icons/icon-25.png", "/icons/icon-24.png", "is not served"),
        ('<bt:Image size="48" scale="3" resid="icon144"/>', "", "lacks a size or scale"),
        ("/index.html", "/pane.html", "is not served at"),
        (f"{HOST}/index.html", "https://elsewhere.example.com/index.html", "is not served at"),
        ("/index.html", "/config.json", "is no page"),
        ("<AppDomain>https://addin.example.com</AppDomain>", "<AppDomain>https://a.example</AppDomain>", "not among"),
        ("<AppDomain>https://addin.example.com<", f"<AppDomain>{HOST}<", "nothing more"),
        ('xsi:type="VersionOverridesV1_1"', 'xsi:type="VersionOverridesV1_2"', "VersionOverridesV1_1 is missing"),
        ("<SupportsPinning>true</SupportsPinning>", "", None),
    ],
)
def test_mistakes_are_noticed(built: str, dist: Path, was: str, becomes: str, complaint: str | None) -> None:
    assert was in built
    found = manifest.problems(built.replace(was, becomes), HOST, dist)
    if complaint is None:
        assert found == []
    else:
        assert any(complaint in problem for problem in found), found


def test_a_wrong_order_is_noticed(built: str, dist: Path) -> None:
    version = "<Version>1.0.0.0</Version>"
    moved = built.replace(version, "").replace("<DefaultLocale>", f"{version}<DefaultLocale>")
    assert any("wrong order" in problem for problem in manifest.problems(moved, HOST, dist))


def test_new_elements_do_not_stand_in_the_old_overrides(built: str, dist: Path) -> None:
    old, new = built.split('xsi:type="VersionOverridesV1_1"')
    location = '<SourceLocation resid="paneUrl"/>'
    broken = old.replace(location, f"{location}<SupportsPinning>true</SupportsPinning>")
    found = manifest.problems(f'{broken}xsi:type="VersionOverridesV1_1"{new}', HOST, dist)
    assert found == ["VersionOverridesV1_0 may not hold SupportsPinning."]


def test_the_source_is_right_for_development(tmp_path: Path) -> None:
    dist = build(tmp_path / "dist")
    assert manifest.problems((ROOT / "manifest.xml").read_text("utf-8"), DEVELOPMENT_HOST, dist) == []
