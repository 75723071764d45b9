"""Check Outlook's add-in manifest without asking anybody: what the schema and Outlook's clients require of it.

Microsoft's own validator calls a service on the internet. These checks are made from the documentation
of the add-in-only manifest: order of elements, references, lengths, and that every address is served.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape, unescape

from workshop.pane_headers import media_type
from workshop.translations import Translation

OFFICE = "{http://schemas.microsoft.com/office/appforoffice/1.1}"
BASIC = "{http://schemas.microsoft.com/office/officeappbasictypes/1.0}"
OVERRIDES = {
    "VersionOverridesV1_0": "{http://schemas.microsoft.com/office/mailappversionoverrides}",
    "VersionOverridesV1_1": "{http://schemas.microsoft.com/office/mailappversionoverrides/1.1}",
}
KIND = "{http://www.w3.org/2001/XMLSchema-instance}type"

ORDER = {
    "OfficeApp": (
        "Id Version ProviderName DefaultLocale DisplayName Description IconUrl HighResolutionIconUrl SupportUrl "
        "AppDomains Hosts Requirements FormSettings Permissions Rule DisableEntityHighlighting VersionOverrides"
    ),
    "VersionOverrides": "Description Requirements Hosts Resources WebApplicationInfo VersionOverrides",
    "Host": "DesktopFormFactor MobileFormFactor",
    "DesktopFormFactor": "SupportsSharedFolders FunctionFile ExtensionPoint",
    "MobileFormFactor": "FunctionFile ExtensionPoint",
    "Group": "Label Control",
    "Control": "Label Supertip Icon Action",
    "Supertip": "Title Description",
    "Action": "SourceLocation SupportsPinning",
    "Resources": "Images Urls ShortStrings LongStrings",
    "DesktopSettings": "SourceLocation RequestedHeight",
}
"""The order of the children of an element, where there is one."""

REQUIRED = {
    "OfficeApp": "Id Version ProviderName DefaultLocale DisplayName Description IconUrl HighResolutionIconUrl "
    "SupportUrl Hosts Requirements FormSettings Permissions Rule VersionOverrides",
    "Control": "Label Icon Action",
    "Group": "Label Control",
}
REFERENCES = {
    "Image": "Images",
    "SourceLocation": "Urls",
    "FunctionFile": "Urls",
    "Label": "ShortStrings",
    "Title": "ShortStrings",
}
"""Which list of resources the ``resid`` of an element points into; a Description's points into the LongStrings."""
LONGEST = {"Images": 512, "Urls": 2048, "ShortStrings": 125, "LongStrings": 250}
LOCALES = {
    "de": "de-DE de-AT de-CH de-LI de-LU",
    "es": "es-ES es-AR es-CL es-CO es-CR es-EC es-MX es-PE es-US es-UY es-VE",
    "fr": "fr-FR fr-BE fr-CA fr-CH fr-LU",
    "it": "it-IT it-CH",
}
"""The cultures in which Outlook shows a language. It looks for the whole name, and shows English if it finds none."""
RIBBON_SIZES, MOBILE_SIZES, MOBILE_SCALES = {16, 32, 80}, {25, 32, 48}, {1, 2, 3}


def problems(text: str, host: str, dist: Path) -> list[str]:
    """Return what is wrong with a manifest, a sentence each.

    ``host``: the address that the manifest was built for; ``dist``: the files that are served there.
    """
    try:
        root = ElementTree.fromstring(text)  # noqa: S314  # this project's own file
    except ElementTree.ParseError as error:
        return [f"It is not well-formed XML: {error}."]
    served = [*_icons(root, host, dist), *_addresses(root, host, dist)]
    return [*_order(root), *_overrides(root), *_resources(root), *served]


def translated(text: str, translations: Mapping[str, Translation]) -> str:
    """Return a manifest with its texts in these languages, too."""

    def overridden(match: re.Match[str]) -> str:
        indent, tag, prefix, attributes, english = match.groups(default="")
        overrides = "".join(
            f'{indent}  <{prefix}Override Locale="{culture}" Value="{_attribute(one.text(_plain(english)))}"/>\n'
            for language, one in sorted(translations.items())
            for culture in LOCALES.get(language, f"{language}-{language.upper()}").split()
            if one.text(_plain(english)) != _plain(english)
        )
        opened = f'{indent}<{tag} {attributes}DefaultValue="{english}"'
        return f"{opened}>\n{overrides}{indent}</{tag}>" if overrides else f"{opened}/>"

    pattern = r'^([ \t]*)<((bt:)?(?:Description|String)) ([^>]*)DefaultValue="([^"]*)"/>'
    return re.sub(pattern, overridden, text, flags=re.M)


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})


def _plain(value: str) -> str:
    return unescape(value, {"&quot;": '"'})


def _order(root: ElementTree.Element) -> Iterator[str]:
    for element in root.iter():
        name = _name(element)
        names = [_name(child) for child in element]
        for needed in REQUIRED.get(name, "").split():
            if needed not in names:
                yield f"{name} lacks {needed}."
        if name in ORDER and not (name == "Host" and not names):
            order = ORDER[name].split()
            unknown = [child for child in names if child not in order]
            if unknown:
                yield f"{name} may not hold {unknown[0]}."
            elif names != sorted(names, key=order.index):
                yield f"The children of {name} stand in the wrong order: {' '.join(names)}."


def _overrides(root: ElementTree.Element) -> Iterator[str]:
    parent = root
    for kind, space in OVERRIDES.items():
        nested = parent.find(f"{space}VersionOverrides")
        if nested is None or nested.get(KIND) != kind:
            yield f"{kind} is missing, or not nested where it has to be."
            return
        if kind == "VersionOverridesV1_0":
            newer = ("SupportsPinning", "SupportsSharedFolders", "MobileFormFactor")
            found = {_name(element) for element in _own(nested)} & set(newer)
            if found:
                yield f"{kind} may not hold {found.pop()}."
        parent = nested


def _resources(root: ElementTree.Element) -> Iterator[str]:
    for overrides in _all_overrides(root):
        space = OVERRIDES[overrides.get(KIND, "")]
        present: dict[str, set[str]] = {}
        for group in overrides.findall(f"{space}Resources/*"):
            ids = [entry.get("id", "") for entry in group]
            present[_name(group)] = set(ids)
            if len(ids) != len(set(ids)):
                yield f"An id stands twice in {_name(group)}."
            for entry in group:
                if len(entry.get("id", "")) > 32:
                    yield f"The id {entry.get('id')!r} is longer than 32 characters."
                values = [entry.get("DefaultValue", ""), *(child.get("Value", "") for child in entry)]
                if any(not 0 < len(value) <= LONGEST[_name(group)] for value in values):
                    yield f"A value of {entry.get('id')!r} is empty or too long."
        used: dict[str, set[str]] = {}
        for element in _own(overrides):
            reference = element.get("resid")
            if reference is not None:
                group_name = REFERENCES.get(_name(element), "LongStrings")
                used.setdefault(group_name, set()).add(reference)
                if reference not in present.get(group_name, set()):
                    yield f"{_name(element)} names {reference!r}, which is not in {group_name}."
        for group_name, ids_present in present.items():
            for unused in sorted(ids_present - used.get(group_name, set())):
                yield f"{unused!r} in {group_name} is used by nothing."


def _icons(root: ElementTree.Element, host: str, dist: Path) -> Iterator[str]:
    named = {"IconUrl": 64, "HighResolutionIconUrl": 128}
    for name, size in named.items():
        yield from _icon(_value(root.find(f"{OFFICE}{name}")), size, host, dist)
    for overrides in _all_overrides(root):
        space = OVERRIDES[overrides.get(KIND, "")]
        addresses = {entry.get("id"): _value(entry) for entry in overrides.findall(f"{space}Resources/{BASIC}Images/*")}
        for icon in (element for element in _own(overrides) if _name(element) == "Icon"):
            mobile = icon.get(KIND) == "bt:MobileIconList"
            got = {(int(image.get("size", 0)), int(image.get("scale", 1))) for image in icon}
            wanted = {(size, scale) for size in MOBILE_SIZES for scale in MOBILE_SCALES}
            if not got >= (wanted if mobile else {(size, 1) for size in RIBBON_SIZES}):
                yield "An icon lacks a size or scale that is required."
            for image in icon:
                pixels = int(image.get("size", 0)) * int(image.get("scale", 1))
                yield from _icon(addresses.get(image.get("resid"), ""), pixels, host, dist)


def _icon(address: str, pixels: int, host: str, dist: Path) -> Iterator[str]:
    file = dist / address.removeprefix(f"{host}/")
    if not address.startswith(f"{host}/") or not file.is_file():
        yield f"The icon {address!r} is not served."
        return
    head = file.read_bytes()[:24]
    if head[:8] != b"\x89PNG\r\n\x1a\n" or struct.unpack(">II", head[16:24]) != (pixels, pixels):
        yield f"The icon {address!r} is no PNG of {pixels} × {pixels} pixels."


def _addresses(root: ElementTree.Element, host: str, dist: Path) -> Iterator[str]:
    domains = [element.text or "" for element in root.findall(f"{OFFICE}AppDomains/{OFFICE}AppDomain")]
    for domain in domains:
        if not domain.startswith("https://") or domain.count("/") != 2:
            yield f"The AppDomain {domain!r} has to be https:// and a host name, nothing more."
    if not any(host == domain or host.startswith(f"{domain}/") for domain in domains):
        yield f"{host} is not among the AppDomains."
    for element in root.iter():
        value = _value(element)
        if "://" in value:
            path = value.removeprefix(f"{host}/").split("?")[0]
            if not value.startswith(f"{host}/") or not (dist / path).is_file():
                yield f"{value!r} is not served at {host}."
            elif _name(element) in ("Url", "SourceLocation") and not media_type(path).startswith("text/html"):
                yield f"{value!r} is no page."


def _all_overrides(root: ElementTree.Element) -> list[ElementTree.Element]:
    named = (element for element in root.iter() if _name(element) == "VersionOverrides")
    return [element for element in named if element.get(KIND) in OVERRIDES]


def _own(overrides: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """Yield the content of a VersionOverrides, without the one that is nested in it."""
    for child in overrides:
        if _name(child) != "VersionOverrides":
            yield from child.iter()


def _name(element: ElementTree.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _value(element: ElementTree.Element | None) -> str:
    return "" if element is None else element.get("DefaultValue", "")
