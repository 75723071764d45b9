"""The stage: the built pane, pages to compare it with, Microsoft's scripts, Outlook, the sandbox CRM, Chromium.

Nothing passes through Playwright's routing, which would switch the browser's cache off: Microsoft's host name leads to
this machine, and the browser trusts this machine's certificate by its key.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import BrowserContext, Frame, Page, Playwright, ViewportSize
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from sandbox_crm.app import create_app as crm_app
from sandbox_crm.crm import SandboxCrm
from sandbox_crm.quirks import Quirks
from standin_outlook.app import create_app as outlook_app
from standin_outlook.graph import BRIDGE, Entra, Graph
from standin_outlook.mails import Mail, Mailbox, load
from standin_outlook.officejs import HOST, resolver_rule, script_host
from workshop.browser import find
from workshop.certificate import Certificate, certificate_for
from workshop.checkout import NODE_MODULES, ROOT
from workshop.microsoft import CLIENT
from workshop.pane_server import create_app as pane_app
from workshop.serving import Server

PAGES = Path(__file__).parent / "pages"
PYSCRIPT = NODE_MODULES / "@pyscript" / "core" / "dist"
VIEW = ViewportSize(width=1000, height=800)
LONGEST_MS = 300_000
"""What takes longer hangs."""
_TASKS = """
globalThis.tasks = [];
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) tasks.push([task.startTime, task.duration]);
}).observe({ type: "longtask", buffered: true });
"""


class Counted:
    """An ASGI application whose answers' bytes are counted, by path.

    ``own_process`` has the browser give this origin's frames a process of their own, as they have in real life, where
    the pane is of another site than Outlook. Requests with more bytes than ``keep_posts_above`` are kept in ``posted``.
    """

    def __init__(self, app: Any = None) -> None:
        self.app = app
        self.sent: Counter[str] = Counter()
        self.posted: list[tuple[str, dict[str, str], list[bytes]]] = []
        self.keep_posts_above = float("inf")
        self.own_process = True

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, and count what was sent (ASGI)."""
        body: list[bytes] = []

        async def heard() -> Any:
            message = await receive()
            if self.keep_posts_above < float("inf"):
                # Put together afterwards: what is being measured is not to wait for that.
                body.append(message.get("body", b""))
            return message

        async def counted(message: Any) -> None:
            self.sent[scope.get("path", "")] += len(message.get("body", b""))
            if self.own_process and message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"origin-agent-cluster", b"?1")]
            await send(message)

        await self.app(scope, heard, counted)
        if sum(map(len, body)) > self.keep_posts_above:
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            self.posted.append((scope["path"], headers, body))


@dataclass
class Stage:
    """Everything that runs. ``pane`` to ``plain`` are addresses; ``bytes`` counts the pane's.

    ``graph_outlook`` is the address of an Outlook whose pane may ask Microsoft Graph.

    ``until_the_end`` ends before all that runs does. ``smoke``: nobody will read the figures. ``version`` is the
    browser's, once one was open.
    """

    playwright: Playwright
    certificate: Certificate
    crm: SandboxCrm
    crm_url: str
    uploads: Counted
    mailbox: Mailbox
    pane: str
    outlook: str
    bare: str
    records: str
    plain: str
    bytes: Counted
    graph_outlook: str
    graph: Graph
    graph_port: int
    script_port: int
    until_the_end: ExitStack
    smoke: bool = False
    version: str = ""
    _shared: Opened | None = None

    @contextmanager
    def browser(self, *, shared: bool = False) -> Iterator[Opened]:
        """A browser with a profile of its own, as one that was never used.

        ``shared``: this is not what counts, and nobody stays signed in, so that a smoke run has one browser for all.
        """
        if not (shared and self.smoke):
            with self._launched() as opened:
                yield opened
            return
        if self._shared is None:
            self._shared = self.until_the_end.enter_context(self._launched())
        context = self._shared.context
        with context.new_page() as page:
            yield Opened(self, context, page)

    @contextmanager
    def _launched(self) -> Iterator[Opened]:
        found = find()
        args = [flag for flag in found.headless_flags if flag]
        args += [
            f"--ignore-certificate-errors-spki-list={self.certificate.pin}",
            resolver_rule(self.script_port, graph=self.graph_port),
            "--enable-precise-memory-info",
        ]
        if self.smoke:
            args.append("--js-flags=--liftoff-only")  # one compilation less at each start
        with tempfile.TemporaryDirectory(prefix="bench-profile-", ignore_cleanup_errors=True) as profile:
            context = self.playwright.chromium.launch_persistent_context(
                profile,
                executable_path=found.path,
                args=args,
                viewport=VIEW,
                headless=True,
            )
            context.set_default_timeout(LONGEST_MS)
            context.add_init_script(_TASKS + BRIDGE)
            context.expose_function("askedOfMicrosoft", lambda request: self.graph.entra.answer(request))
            try:
                page = context.pages[0] if context.pages else context.new_page()
                self.version = context.browser.version if context.browser else page.evaluate("navigator.userAgent")
                yield Opened(self, context, page)
            finally:
                context.close()


@dataclass
class Opened:
    """An open browser on the stage."""

    stage: Stage
    context: BrowserContext
    page: Page

    def pause(self, ms: float) -> None:
        """Wait, unless this is a smoke run, which only shows that measuring works."""
        if not self.stage.smoke:
            self.page.wait_for_timeout(ms)

    def throttle(self, *, cpu: float, megabits: float, latency_ms: float) -> Self:
        """Slow this page down, by the developer tools' protocol."""
        self.context.new_cdp_session(self.page).send("Emulation.setCPUThrottlingRate", {"rate": cpu})
        return self.throttle_network(self.page, megabits=megabits, latency_ms=latency_ms)

    def throttle_network(self, of: Page | Frame, *, megabits: float, latency_ms: float) -> Self:
        """Slow what this page fetches and sends, or this frame with a process of its own."""
        session = self.context.new_cdp_session(of)
        speed = megabits * 1_000_000 / 8
        conditions = {"offline": False, "latency": latency_ms, "downloadThroughput": speed, "uploadThroughput": speed}
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", conditions)
        return self


@contextmanager
def stage(playwright: Playwright, dist: Path, mails: list[Mail], *, smoke: bool = False) -> Iterator[Stage]:
    """Set the stage; ``dist`` is a built pane. Nothing runs any more afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        certificate = certificate_for(["localhost", "127.0.0.1", HOST], folder / "certificate")
        site = _site(dist, folder / "site")
        # A hundred files go in one request, as with curl, where the administrator has raised PHP's limit.
        crm = SandboxCrm(quirks=Quirks(max_file_uploads=100))
        crm.install_component()
        stack.callback(crm.close)
        uploads = Counted(crm_app(crm))
        crm_server = stack.enter_context(Server(uploads, certificate=certificate))
        scripts = stack.enter_context(Server(script_host(NODE_MODULES), certificate=certificate))
        counted = Counted()
        pane = stack.enter_context(Server(counted, certificate=certificate))
        plain = stack.enter_context(Server(_plain(dist), certificate=certificate))
        mailbox = Mailbox([*load(ROOT / "tests" / "mails"), *mails])
        hosts = [
            stack.enter_context(Server(outlook_app(mailbox, pane_url=f"{pane.url}/{page}"), certificate=certificate))
            for page in ("index.html", "bare.html", "records.html")
        ]
        graph = Graph(mailbox, Entra(CLIENT))
        graph_server = stack.enter_context(Server(graph, certificate=certificate))
        asking = Counted()
        graph_pane = stack.enter_context(Server(asking, certificate=certificate))
        graph_host = stack.enter_context(
            Server(outlook_app(mailbox, pane_url=f"{graph_pane.url}/index.html"), certificate=certificate)
        )
        asking.app = pane_app(_asking_graph(dist, folder / "graph"), extra_frame_ancestors=[graph_host.url])
        counted.app = pane_app(site, extra_frame_ancestors=[host.url for host in hosts])
        yield Stage(
            playwright, certificate, crm, crm_server.url + crm.path_prefix, uploads, mailbox, pane.url,
            hosts[0].url + "/", hosts[1].url + "/", hosts[2].url + "/", plain.url, counted, graph_host.url + "/", graph,
            graph_server.port, scripts.port, stack, smoke,
        )  # fmt: skip


def _site(dist: Path, out: Path) -> Path:
    """A copy of the built pane with the pages to compare it with."""
    shutil.copytree(dist, out)
    index = (dist / "index.html").read_text("utf-8")
    lines = index.splitlines(keepends=True)
    scripts = ("boot", "early", "elements", "files", "first", "language", "watch", "after-office")
    ours = [f"boot/{name}-" for name in scripts]
    ours += ['rel="preload"', "<template"]
    kept = [line for line in lines if not any(name in line for name in ours)]
    for name in ("bare", "records"):
        page = "".join(kept).replace("</head>", f'<script src="{name}.js" defer></script>\n  </head>')
        (out / f"{name}.html").write_text(page, "utf-8")
        shutil.copyfile(PAGES / f"{name}.js", out / f"{name}.js")
    without = [line for line in lines if "office" not in line and "msajax" not in line]
    (out / "python.html").write_text("".join(without), "utf-8")
    return out


def _asking_graph(dist: Path, out: Path) -> Path:
    """A copy of the built pane that may ask Microsoft Graph."""
    shutil.copytree(dist, out)
    config = out / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text("utf-8")), "entra_client_id": CLIENT}), "utf-8")
    return out


def _plain(dist: Path) -> Starlette:
    """PyScript as its documentation shows it, all defaults, self-hosted, with the same application; no policy."""
    [vendor] = dist.glob("boot/plain-*/vendor")
    roots = {"pyscript": PYSCRIPT, "pyodide": vendor / "pyodide", "app": vendor}

    def answer(request: Request) -> Response:
        first, _, rest = request.url.path.lstrip("/").partition("/")
        file = (roots[first] / rest if first in roots else PAGES / (first or "plain.html")).resolve()
        if not file.is_file():
            return Response(status_code=404)
        kind = "application/wasm" if file.suffix == ".wasm" else "text/javascript" if file.suffix == ".mjs" else None
        # What is compared is the start, so everything is cached for good here, too.
        lasting = "no-cache" if file.parent == PAGES.resolve() else "public, max-age=31536000, immutable"
        return FileResponse(file, media_type=kind, headers={"Cache-Control": lasting})

    return Starlette(routes=[Route("/{path:path}", answer)])
