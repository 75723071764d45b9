"""The order of the questions: first the pane's host, then the CRM; what fails makes later questions idle.

async for finding in examine(line, "https://addin.example.com", "https://crm.example.com/crm"): ...
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from connector import __version__
from connector.checkup import crm, hosting, remedy
from connector.checkup.finding import Finding, failed, ok, unclear
from connector.checkup.seen import Answer, Line, Silence
from connector.vtenext.url import operation_url

JSON, PLAIN = {"Content-Type": "application/json"}, {"Content-Type": "text/plain"}
LARGE = 2_000_000
"""Bytes of a request that shows whether a server keeps to its usual limit of one megabyte."""
COMPRESSED = {"Accept-Encoding": "gzip"}
"""What every browser takes, and Python, too."""
SOON = 14
"""Days from which on it is said that a certificate ends."""


async def examine(line: Line, pane: str, crm_url: str) -> AsyncIterator[Finding]:
    """Yield what is found about a pane and a CRM, both without a slash at the end; an empty one is not looked at."""
    version = __version__
    if pane:
        async for finding in host(line, pane):
            version = finding.details.get("version", version) if finding.check == "files" else version
            yield finding
    if crm_url:
        parts = urlsplit(pane or "https://addin.example.com")
        async for finding in customer(line, crm_url, f"{parts.scheme}://{parts.netloc}", version):
            yield finding


async def host(line: Line, pane: str) -> AsyncIterator[Finding]:
    """Look at the pane's host."""
    async for finding in _reached(line, pane, "host"):
        yield finding
        if finding.verdict is finding.verdict.FAILED and finding.seen != "cert-soon":
            return
    told = await line.ask("GET", f"{pane}/{hosting.CONTENTS}")
    if isinstance(told, Silence):
        yield failed("host", _silent(told))
        return
    contents = hosting.contents_from(told)
    if contents is None:
        yield failed("files", "no-contents", status=str(told.status))
    else:
        answers = {}
        for name in hosting.looked_at(contents):
            answer = await line.ask("GET", f"{pane}/{name}", COMPRESSED)
            if isinstance(answer, Answer):
                answers[name] = answer
        for finding in hosting.judged(contents, answers):
            yield finding
    manifest = await line.ask("GET", f"{pane}/{hosting.MANIFEST}")
    good = isinstance(manifest, Answer) and manifest.status == 200
    yield hosting.manifest(manifest.text if good and isinstance(manifest, Answer) else None, pane)


async def _reached(line: Line, url: str, which: str) -> AsyncIterator[Finding]:
    """Say whether the server is reached, and how long its certificate is good."""
    reached = await line.reach(url)
    name = urlsplit(url).netloc
    if isinstance(reached, Silence):
        snippet = f"certbot renew --cert-name {urlsplit(url).hostname}" if reached.why == "expired" else ""
        yield failed(which, _silent(reached), snippet, host=name)
    elif reached is None:
        yield unclear(f"{which}-tls", "browser-hides")
    else:
        yield ok(which, "reached", host=name, addresses=", ".join(reached.addresses))
        if reached.days is None:
            yield unclear(f"{which}-tls", "no-tls")
        elif reached.days < SOON:
            snippet = f"certbot renew --cert-name {urlsplit(url).hostname}"
            yield failed(f"{which}-tls", "cert-soon", snippet, days=str(reached.days))
        else:
            yield ok(f"{which}-tls", "cert-right", days=str(reached.days))


def _silent(silence: Silence) -> str:
    if silence.why == "hidden":
        return (
            {True: "hidden", False: "silent"}.get(bool(silence.there), "hidden")
            if silence.there is not None
            else "hidden"
        )
    return f"silent-{silence.why}"


async def customer(line: Line, crm_url: str, origin: str, version: str) -> AsyncIterator[Finding]:
    """Look at the CRM as the pane at ``origin`` sees it."""
    async for finding in _reached(line, crm_url, "crm"):
        yield finding
        if finding.verdict is finding.verdict.FAILED and finding.seen != "cert-soon":
            return
    headers = {**JSON, "Origin": origin}
    first = await line.ask("POST", operation_url(crm_url, crm.STATUS), headers, b"{}")
    if isinstance(first, Silence):
        async for finding in _kept_from(line, first, crm_url):
            yield finding
        return
    reason = await _away(line, first, crm_url, headers)
    if reason:
        yield reason
        return
    yield ok("crm", "answers", host=urlsplit(crm_url).netloc)
    async for finding in _calls(line, first, crm_url, origin, headers):
        yield finding
    stock = await line.ask("POST", operation_url(crm_url, crm.PROBE), headers, b"{}")
    for one in crm.component(first, stock, version, crm_url):
        yield one
    if isinstance(crm.data_of(first), dict):
        padding = crm.body(padding="x" * LARGE)
        answer = await line.ask("POST", operation_url(crm_url, crm.STATUS), headers, padding)
        yield crm.large(answer, first, LARGE)


async def _kept_from(line: Line, silence: Silence, crm_url: str) -> AsyncIterator[Finding]:
    """Say what can be said where the CRM's answer may not be read, or never comes."""
    name, there = urlsplit(crm_url).netloc, silence.there is not False
    # A browser sends this one without asking first whether it may.
    plain = await line.ask("POST", operation_url(crm_url, crm.STATUS), PLAIN, b"{}") if there else silence
    if isinstance(plain, Answer):
        yield ok("crm", "answers", host=name)
        yield failed("preflight", "preflight-hidden", remedy.for_server("", remedy.cors))
        yield ok("cors", "cors-right")
    else:
        yield failed("crm", _silent(silence), crm.either() if there else "", host=name)
    checks = ("authorization", "component", "licence")
    for check in (*(() if isinstance(plain, Answer) else ("preflight", "cors")), *checks) if there else ():
        yield unclear(check, "browser-hides")


async def _away(line: Line, first: Answer, crm_url: str, headers: dict[str, str]) -> Finding | None:
    page = await line.ask("GET", f"{crm_url}/index.php") if first.status >= 500 else None
    better = ""
    if crm.away(first, page, ""):
        parts = urlsplit(crm_url)
        root = f"{parts.scheme}://{parts.netloc}"
        above = [root + parts.path.rsplit("/", count)[0] for count in range(1, parts.path.count("/") + 1)]
        for one in dict.fromkeys([*above, f"{root}/crm", f"{root}/vte", f"{root}/vtenext"]):
            if first.status != 404 or one == crm_url:
                continue
            answer = await line.ask("POST", operation_url(one, crm.STATUS), headers, b"{}")
            if isinstance(answer, Answer) and not crm.away(answer, None, ""):
                better = one
                break
    return crm.away(first, page, better)


async def _calls(
    line: Line, first: Answer, crm_url: str, origin: str, headers: dict[str, str]
) -> AsyncIterator[Finding]:
    """Look at how the CRM answers calls: whether a browser lets the pane read them, and who calls."""
    if line.open:
        asked = {
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        }
        yield crm.preflight(await line.ask("OPTIONS", operation_url(crm_url, crm.STATUS), asked), origin)
        error = await line.ask("POST", operation_url(crm_url, crm.NOTHING), headers, b"{}")
        for finding in crm.cors(first, origin, error=error):
            yield finding
    else:
        yield ok("cors", "cors-right")
        error = await line.ask("POST", operation_url(crm_url, crm.NOTHING), headers, b"{}")
        hidden = isinstance(error, Silence)
        yield failed("errors", "errors-without") if hidden else ok("errors", "errors-right")
    signed = {**headers, "Authorization": f"Bearer {crm.NOBODY}"}
    answer = await line.ask("POST", operation_url(crm_url, crm.SIGNED), signed, b"{}")
    if isinstance(answer, Silence) and not line.open:
        # The call without the header was read: so it is the question before this one that the CRM refuses.
        yield failed("preflight", "preflight-narrow", names="authorization")
    elif not line.open:
        yield ok("preflight", "preflight-right")
    yield crm.authorization(answer)
