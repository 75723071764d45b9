"""The last touches to a built pane that concern its host: what lies beside it, and what it says of itself."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workshop import contents, customers, metapolicy
from workshop.checkout import connector_importable
from workshop.hosting import SETTINGS, Site


def admin_folder(out: Path) -> Path:
    """Return the folder beside a built pane with what is not uploaded."""
    return out.with_name(out.name + "-admin")


def helping(page: Path, config: Mapping[str, object]) -> None:
    """Put the text ``support`` of the configuration into the help page, in each language; or take its place away."""
    said = str(config.get("support") or "").strip()
    text = page.read_text("utf-8")
    place = re.compile(r' *<p class="support"></p>\n')
    line = f'        <p dir="auto"><strong>{html.escape(said)}</strong></p>\n' if said else ""
    page.write_text(place.sub(lambda _: line, text), "utf-8", newline="\n")


@dataclass(frozen=True)
class Finish:
    """How a pane is to be hosted.

    ``host``: its address. ``crms``: addresses that get a manifest each, as the pane writes them. ``server``: whose
    settings are put into the folder, too; empty for none. ``meta_policy``: whether the policy stands in the pages.
    """

    host: str
    headers: Mapping[str, str]
    crms: Sequence[str] = ()
    server: str = ""
    meta_policy: bool = False

    def put(self, dist: Path, beside: Path) -> None:
        """Finish the pane in ``dist``, of which all files are there, uncompressed; fill ``beside``."""
        if self.meta_policy:
            metapolicy.put(dist, self.headers)
        with connector_importable():
            from connector import __version__
        contents.write(dist, self.host, __version__, self.headers, meta_policy=self.meta_policy)
        beside.mkdir(parents=True)
        top_level = sorted(entry.name + "/" * entry.is_dir() for entry in dist.iterdir())
        site = Site(self.host, self.headers, tuple(top_level))
        for setting in SETTINGS.values():
            (beside / setting.file).write_text(setting.text(site), "utf-8", newline="\n")
        manifest = (dist / "manifest.xml").read_text("utf-8")
        for crm in self.crms:
            (beside / customers.file_name(crm)).write_text(customers.for_crm(manifest, crm), "utf-8", newline="\n")
        if self.server and SETTINGS[self.server].inside:
            shutil.copyfile(beside / SETTINGS[self.server].file, dist / SETTINGS[self.server].file)
