"""How long linking large mails takes, against curl sending the same bodies."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Frame

from sandbox_crm.store.users import SEED_USERS
from standin_outlook.driver import Outlook
from standin_outlook.graph.answers import rest_id
from standin_outlook.mails import Mail, read
from workshop.benchmarks.figures import Figure, ratio
from workshop.benchmarks.stage import Opened, Stage
from workshop.checkout import ROOT

LARGE, MANY, SMALL = "bench-large", "bench-many", "bench-small"
CHOOSING_MS = 2000
"""From choosing a record to pressing Link: the pane reads the mail meanwhile."""
KEEPING_MS = 500
"""As long as the browser may take to keep the body of a request. A smoke run waits for none of this."""
LINKS = 20
"""Mails that are linked between the switches."""
LINE = 100
"""Mbit/s of a good line, each way."""
RECORD = "Mary Smith"
SMALL_MAILS = ("plain-ascii", "related-inline-images")
_LINK = """async ([name, began]) => {
  const headings = () => [...document.querySelectorAll("h1, h2, h3")].map((one) => one.textContent);
  const button = [...document.querySelectorAll("button")].find((one) => one.textContent.startsWith("Link to"));
  // Told by the browser: to look again and again takes the pane's time.
  let observer;
  const linked = new Promise((resolve, reject) => {
    const look = () => headings().some((text) => text.includes(`Linked to ${name}`)) && resolve(performance.now());
    observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true, characterData: true, subtree: true });
    setTimeout(() => reject(new Error(document.body.innerText)), 120_000);
  });
  const start = performance.now();
  button.click();
  const end = await linked;
  observer.disconnect();
  await new Promise((resolve) => setTimeout(resolve, 100)); // long tasks are told late
  const longest = (from, to) =>
    Math.max(0, ...tasks.filter(([at, length]) => at + length > from && at < to).map(([, length]) => length));
  return [end - start, longest(start, end), longest(began, start)];
}"""


_POST = """async ([url, headers, content, keeping]) => {
  const body = new Blob([Uint8Array.from(atob(content), (character) => character.charCodeAt(0))]);
  await new Promise((resolve) => setTimeout(resolve, keeping));
  const start = performance.now();
  await new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    for (const [name, value] of headers) request.setRequestHeader(name, value);
    request.onload = resolve;
    request.onerror = reject;
    request.send(body);
  });
  return performance.now() - start;
}"""


def mails(*, tiny: bool = False) -> list[Mail]:
    """The mails that are too large to be samples; ``tiny`` ones have the same form and hardly any weight."""
    sys.path.append(str(ROOT / "tests"))
    try:
        from mails.generate import large, many
    finally:
        sys.path.remove(str(ROOT / "tests"))
    pattern = many(count=1, size=10_000)
    ordinary = []
    for number in range(LINKS + 2):
        raw = pattern.replace(b"Holiday photos", b"Photo %d" % number).replace(b"<holiday", b"<%d-holiday" % number)
        ordinary.append(read(raw, source=f"{SMALL}-{number}.eml"))
    big = (large(1_000_000), many(count=25)) if tiny else (large(), many())
    return [*(read(raw, source=f"{name}.eml") for raw, name in zip(big, (LARGE, MANY), strict=True)), *ordinary]


def signed_in(opened: Opened, *, stay: bool = False, graph: bool = False) -> tuple[Outlook, Frame]:
    """Open the pane on a small mail, pinned, and sign in, for good if it shall stay so.

    ``graph``: in an Outlook that hands out no attachments, where the pane may ask Microsoft Graph.
    """
    outlook = Outlook(opened.page, opened.stage.graph_outlook if graph else opened.stage.outlook).open()
    if graph:
        outlook.set_requirement_set("1.5")
    outlook.select(opened.stage.mailbox.named(SMALL_MAILS[0]))
    pane: Frame = outlook.open_pane()
    outlook.pin()
    user = SEED_USERS[1]
    pane.get_by_label("Address of the CRM").or_(pane.get_by_label("CRM address")).fill(opened.stage.crm_url)
    pane.get_by_label("User name").fill(user.name)
    pane.get_by_label("Password").fill(user.password)
    if stay:
        pane.get_by_label("Stay signed in on this device").check()
    pane.get_by_role("button", name="Sign in", exact=True).click()
    pane.get_by_role("button", name="Sign out").wait_for()
    return outlook, pane


@dataclass(frozen=True)
class Linked:
    """One link: ms from pressing Link to "Linked to", and the longest tasks of that time and while choosing."""

    took: float
    longest: float
    choosing: float


def linked(outlook: Outlook, pane: Frame, mail: Mail, choosing_ms: int = 0) -> Linked:
    """Link a mail as a user does, and return what was measured."""
    outlook.select(mail)
    # What is pressed before the pane shows the mail is a choice for the one before.
    pane.get_by_role("heading", name=mail.subject, exact=True).wait_for()
    suggested = pane.get_by_role("region", name="Suggested records")
    box = suggested.get_by_role("checkbox", name=re.compile(f"^{RECORD}"))
    box.wait_for()
    began = pane.evaluate("performance.now()")
    # The pane may have chosen it, or be about to; from the first press on the choice is the user's.
    box.click()
    box.check()
    pane.get_by_role("button", name=re.compile("^Link to")).wait_for()
    pane.page.wait_for_timeout(choosing_ms)
    return Linked(*map(float, pane.evaluate(_LINK, [RECORD, began])))


def _curl(stage: Stage, folder: Path, megabits: int = 0) -> float:
    """Send the kept requests once more with curl, one after the other over one connection; return the time in ms."""
    origin = _origin(stage)
    lines: list[str] = []
    for number, (path, headers, body) in enumerate(stage.uploads.posted):
        file = folder / f"{number}.body"
        file.write_bytes(b"".join(body))
        lines += ["next"] * bool(lines)
        lines += [
            f'url = "{origin}{path}"',
            "insecure",
            f'data-binary = "@{file}"',
            'output = "/dev/null"',
            "silent",
            "fail",
            *_limit(megabits),
        ]
        lines += [
            f'header = "{name}: {headers[name]}"' for name in ("content-type", "authorization") if name in headers
        ]
        lines += ['header = "Expect:"']
    (folder / "config").write_text("\n".join(lines) + "\n", "utf-8")
    stage.uploads.keep_posts_above = float("inf")
    start = time.perf_counter()
    # Curl's own time-out: to wait for a process with one, Python looks every 50 ms at the end.
    subprocess.run([_executable(), "--max-time", "300", "--config", str(folder / "config")], check=True)
    return (time.perf_counter() - start) * 1000


def _browser(stage: Stage, pane: Frame) -> float:
    """Send the kept requests once more from the pane, without anything else; return the time in ms."""
    took, keeping = 0.0, 0 if stage.smoke else KEEPING_MS
    for path, headers, body in stage.uploads.posted:
        wanted = [[name, headers[name]] for name in ("content-type", "authorization") if name in headers]
        content = base64.b64encode(b"".join(body)).decode()
        took += pane.evaluate(_POST, [_origin(stage) + path, wanted, content, keeping])
    return took


def _origin(stage: Stage) -> str:
    return stage.crm_url[: stage.crm_url.index("/", len("https://"))]


def _executable() -> str:
    found = shutil.which("curl")
    if found is None:
        raise FileNotFoundError("curl is not installed: linking is compared with it.")
    return found


def linking(stage: Stage, rounds: int) -> Iterator[Figure]:
    """Linking 25 MB, and 100 attachments, against curl with the same bodies to the same sandbox CRM."""
    for name, title in ((LARGE, "25 MB attachment"), (MANY, "100 attachments of 100 kB")):
        links, hasty, curls, alone, count = [], [], [], [], 0
        mail = stage.mailbox.named(name)
        for _ in range(rounds):
            with stage.browser(shared=True) as opened, tempfile.TemporaryDirectory(prefix="bench-curl-") as folder:
                outlook, pane = ready(opened, mail)
                stage.uploads.keep_posts_above = 50_000
                links.append(linked(outlook, pane, mail, 0 if stage.smoke else CHOOSING_MS))
                count = len(stage.uploads.posted)
                curls.append(_curl(stage, Path(folder)))
                alone.append(_browser(stage, pane))
                outlook, pane = ready(opened, mail)
                hasty.append(linked(outlook, pane, mail))
        took = [link.took for link in links]
        yield ratio(f"{title}: link ÷ curl", took, curls, 1.5, f"{count} uploads")
        yield Figure(f"  {title}: link", took, "ms")
        yield Figure(f"  {title}: curl", curls, "ms")
        yield Figure(f"  {title}: XMLHttpRequest alone with the same body", alone, "ms")
        yield Figure(f"  {title}: link, pressed as soon as a record is chosen", [one.took for one in hasty], "ms")
        yield Figure(f"  {title}: longest main-thread task", [link.longest for link in links], "ms", 50)
        yield Figure(f"  {title}: the same, while the mail is read", [link.choosing for link in links], "ms")


def by_graph(stage: Stage, rounds: int) -> Iterator[Figure]:
    """Linking 25 MB that Outlook does not hand out, against curl: from Microsoft Graph's stand-in, and into the CRM.

    As the user who looks at the pane for a moment has it, as the hasty one has it, and over a line such as people have.
    """
    mail = stage.mailbox.named(LARGE)
    links, hasty, curls, slow_links, slow_curls = [], [], [], [], []
    for _ in range(rounds):
        with stage.browser(shared=True) as opened, tempfile.TemporaryDirectory(prefix="bench-curl-") as folder:
            outlook, pane = ready(opened, mail, graph=True)
            stage.uploads.keep_posts_above = 50_000
            links.append(linked(outlook, pane, mail, 0 if stage.smoke else CHOOSING_MS).took)
            curls.append(_both_ways(stage, mail, Path(folder)))
            outlook, pane = ready(opened, mail, graph=True)
            hasty.append(linked(outlook, pane, mail).took)
            outlook, pane = ready(opened, mail, graph=True)
            opened.throttle_network(pane, megabits=LINE, latency_ms=0)
            stage.uploads.keep_posts_above = 50_000
            slow_links.append(linked(outlook, pane, mail).took)
            slow_curls.append(_both_ways(stage, mail, Path(folder), megabits=LINE))
    title = "25 MB by Graph"
    yield ratio(f"{title}: link ÷ curl, download and then upload", links, curls, 1.3)
    yield Figure(f"  {title}: link", links, "ms")
    yield Figure(f"  {title}: curl", curls, "ms")
    yield Figure(f"  {title}: link, pressed as soon as a record is chosen", hasty, "ms")
    yield ratio(
        f"{title}, {LINE} Mbit/s, pressed as soon as a record is chosen: link ÷ curl", slow_links, slow_curls, 1.3
    )
    yield Figure(f"  {title}, {LINE} Mbit/s: link", slow_links, "ms")
    yield Figure(f"  {title}, {LINE} Mbit/s: curl", slow_curls, "ms")


def _both_ways(stage: Stage, mail: Mail, folder: Path, megabits: int = 0) -> float:
    """Fetch the mail's files with curl, then send the kept requests once more; return the time in ms."""
    return _downloaded(stage, mail, folder, megabits) + _curl(stage, folder, megabits)


def _limit(megabits: int) -> list[str]:
    """What tells curl how fast the line is; 0 for as fast as can be."""
    return [f"limit-rate = {megabits * 1_000_000 // 8}"] if megabits else []


def _downloaded(stage: Stage, mail: Mail, folder: Path, megabits: int = 0) -> float:
    """Fetch the mail's attachments from Graph's stand-in with curl; return the time in ms."""
    files = f"https://localhost:{stage.graph_port}/v1.0/me/messages/{rest_id(mail.item_id)}/attachments"
    token = stage.graph.entra.token("Mail.Read")
    lines = ["insecure", "silent", "fail", f'header = "Authorization: Bearer {token}"', *_limit(megabits)]
    for number, _ in enumerate(mail.attachments):
        lines += [f'url = "{files}/{rest_id(mail.attachment_id(number))}/$value"', f'output = "{folder / str(number)}"']
    (folder / "download").write_text("\n".join(lines) + "\n", "utf-8")
    start = time.perf_counter()
    subprocess.run([_executable(), "--max-time", "300", "--config", str(folder / "download")], check=True)
    return (time.perf_counter() - start) * 1000


def ready(opened: Opened, mail: Mail, *, graph: bool = False) -> tuple[Outlook, Frame]:
    """Sign in before a CRM that has none of the mails, with Outlook ready to show this one."""
    stage = opened.stage
    stage.uploads.keep_posts_above = float("inf")
    stage.uploads.posted.clear()
    stage.crm.reset()
    outlook, pane = signed_in(opened, graph=graph)
    outlook.prefetch(mail)
    return outlook, pane
