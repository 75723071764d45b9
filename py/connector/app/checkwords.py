"""The words of the self-check: what each check is about, what it saw, and what to do.

worded(finding).seen        # "The certificate has expired."
report(findings, {"CRM": "https://crm.example.com"})    # to be copied: nothing of a person, no secret
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector import __version__
from connector.app.language import N_, _, fill, ngettext
from connector.checkup.finding import Finding, Verdict

TITLES: Mapping[str, str] = {
    "host": N_("The pane's server"),
    "host-tls": N_("Certificate of the pane's server"),
    "files": N_("Files of the pane"),
    "types": N_("Types of the files"),
    "headers": N_("Headers of the pane's server"),
    "frame": N_("Outlook may show the pane"),
    "compression": N_("Compression"),
    "manifest": N_("Manifest"),
    "crm": N_("The CRM's server"),
    "crm-tls": N_("Certificate of the CRM's server"),
    "preflight": N_("Leave to call (CORS preflight)"),
    "cors": N_("Leave to read answers (CORS)"),
    "errors": N_("Leave to read errors (CORS)"),
    "authorization": N_("The Authorization header"),
    "component": N_("Mail Connector component"),
    "version": N_("Version of vtenext"),
    "licence": N_("Licence"),
    "address": N_("The CRM's own address"),
    "limits": N_("Largest mail (PHP)"),
    "upload": N_("Largest mail (web server)"),
    "clock": N_("Clock"),
    "outlook": N_("This Outlook"),
    "storage": N_("Storage"),
    "policy": N_("Content-Security-Policy"),
}
VERDICTS: Mapping[Verdict, str] = {Verdict.OK: N_("ok"), Verdict.FAILED: N_("failed"), Verdict.UNCLEAR: N_("unclear")}

_UPLOAD = N_("Build again, and upload the whole folder.")
_HEADERS = N_("Put the settings that the build has written down into the server, or these lines:")
_LINES = N_("Put these lines into the server's settings:")
_TERMINAL = N_("Run scripts/doctor.py on a terminal: it sees what a browser keeps to itself.")
_RENEW = N_("Have the certificate renewed, and the server load it.")

SEEN: Mapping[str, tuple[str, str]] = {
    # Whether a server is reached
    "reached": (N_("{host} answers ({addresses})."), ""),
    "answers": (N_("vtenext answers at {host}."), ""),
    "silent-name": (N_("The name of the server is not known."), N_("Correct the address, or the name's entry in DNS.")),
    "silent-refused": (
        N_("Nothing listens at this address."),
        N_("Start the web server, or correct the address and its port."),
    ),
    "silent-timeout": (N_("The server does not answer in time."), N_("Look at the server, the firewall and the VPN.")),
    "silent-expired": (N_("The server's certificate has expired, or is not valid yet."), _RENEW),
    "silent-untrusted": (
        N_("The server's certificate comes from nobody who is trusted here."),
        N_("Send the whole chain of certificates, or take one from a known authority."),
    ),
    "silent-other-name": (
        N_("The server's certificate is for another name."),
        N_("Take a certificate for this name, or use the name that it is for."),
    ),
    "silent-broken": (N_("The connection breaks off."), N_("Look at the server's log, and at proxies on the way.")),
    "silent": (
        N_("No server answers: its name, the network, or its certificate may be the reason."),
        N_("Open the address in a browser. To learn more, run scripts/doctor.py on a terminal."),
    ),
    "hidden": (
        N_(
            "A server answers, but the browser does not let the pane read it: CORS headers are missing or stand there "
            "twice, vtenext is in maintenance, or the path is wrong."
        ),
        N_(
            "Open the CRM in a tab of this browser. If it is in maintenance, wait until that is over; if it is not "
            "there, correct the path. If it works there, the headers are to blame: scripts/doctor.py on a terminal "
            "tells whether they are missing or stand there twice."
        ),
    ),
    "browser-hides": (N_("A browser does not let this be seen."), _TERMINAL),
    "not-asked": (N_("This could not be asked, as the server did not answer."), ""),
    "cert-right": (N_("The certificate is good for {days} more days."), ""),
    "cert-soon": (N_("The certificate ends in {days} days."), _RENEW),
    "no-tls": (N_("The address is not https."), ""),
    # The pane's host
    "no-contents": (N_("contents.json is not there ({status}): this is no pane, or an incomplete one."), _UPLOAD),
    "files-right": (N_("{count} files are as they were built (version {version})."), ""),
    "files-missing": (N_("Files are missing or not handed out: {files}"), _UPLOAD),
    "files-altered": (
        N_("Files come altered: {files}"),
        N_("Upload the whole folder again. If it stays so, look for a proxy that changes what it lets through."),
    ),
    "types-right": (N_("All types are right."), ""),
    "types-wrong": (N_("{file} comes as {sent}, and should be {right}."), _LINES),
    "no-page": (N_("The page itself did not come."), ""),
    "headers-right": (N_("All headers are right."), ""),
    "headers-wrong": (N_("Missing, or not as built: {names}"), _HEADERS),
    "headers-twice": (
        N_("These headers come twice, or with another value beside: {names}"),
        N_("Leave each in one place of the settings. So it should stand there:"),
    ),
    "headers-not-sent": (
        N_("The server sends none of these: {names}. The policy stands in the page instead."),
        N_("That is as good as this host can do. Anybody may show the pane in a frame: docs/hosting.md."),
    ),
    "frame-right": (N_("Outlook on the web may show the page in a frame."), ""),
    "frame-blocked": (N_("Outlook on the web may not show the page: {header}"), _LINES),
    "frame-open": (N_("Anybody may show the page in a frame, Outlook too."), ""),
    "compressed": (N_("Files come compressed."), ""),
    "not-compressed": (N_("These come uncompressed, and the start takes longer: {files}"), _LINES),
    "manifest-right": (N_("All {count} addresses in it lead here."), ""),
    "manifest-missing": (N_("manifest.xml is not there."), _UPLOAD),
    "manifest-elsewhere": (
        N_("It names {address}, but the pane is at {pane}."),
        N_("Build for this address, upload, and give Outlook the new manifest:"),
    ),
    # The CRM
    "maintenance": (
        N_("vtenext is in maintenance ({status})."),
        N_("Wait until it is over, or end it in the CRM's settings."),
    ),
    "crm-error": (N_("vtenext fails ({status})."), N_("Look into the log of PHP and of the web server.")),
    "leads-on": (N_("The server leads on to {address}."), N_("Enter the address at which the CRM itself answers.")),
    "path-wrong": (N_("There is no CRM at this path, but one answers at {address}."), N_("Enter that address.")),
    "no-crm": (
        N_("A server answers, but no vtenext."),
        N_("Correct the path: the address is the one at which the CRM's sign-in page opens, without index.php."),
    ),
    "preflight-right": (N_("The pane may call the CRM."), ""),
    "preflight-missing": (N_("The answer has no Access-Control-Allow-Origin."), _LINES),
    "preflight-other": (N_("Access-Control-Allow-Origin names another origin than the pane's."), _LINES),
    "preflight-doubled": (
        N_("Access-Control-Allow-Origin stands there twice: vtenext sends it, and so does a server before it."),
        N_("Let only one of them send it:"),
    ),
    "preflight-refused": (
        N_("The server refuses the question (status {status})."),
        N_("Let requests with the method OPTIONS through to vtenext; no sign-in may be asked for before it."),
    ),
    "preflight-hidden": (
        N_("The CRM can be read, but it refuses the question that the browser asks before each call (method OPTIONS)."),
        N_("Let requests with the method OPTIONS through to vtenext, and send these headers with the answer:"),
    ),
    "preflight-narrow": (N_("Access-Control-Allow-Headers does not name: {names}"), _LINES),
    "preflight-leads-on": (
        N_("The server leads on to {address}."),
        N_("Enter the address at which the CRM itself answers."),
    ),
    "cors-right": (N_("The pane may read the CRM's answers."), ""),
    "cors-missing": (N_("The answer has no Access-Control-Allow-Origin."), _LINES),
    "cors-other": (N_("Access-Control-Allow-Origin names another origin than the pane's."), _LINES),
    "cors-doubled": (
        N_("Access-Control-Allow-Origin stands there twice: vtenext sends it, and so does a server before it."),
        N_("Let only one of them send it:"),
    ),
    "errors-right": (N_("The pane may read errors, too."), ""),
    "errors-without": (
        N_("Errors come without Access-Control-Allow-Origin: the pane can't say what went wrong."),
        _LINES,
    ),
    "authorization-right": (N_("It reaches the CRM."), ""),
    "authorization-lost": (N_("It does not reach PHP: nobody can be signed in."), _LINES),
    "authorization-untold": (N_("Only the component can say whether it arrives."), ""),
    "component-right": (N_("Version {component} works with this pane ({pane})."), ""),
    "component-missing": (
        N_("The CRM does not have it, or it is switched off."),
        N_('Install it (crm/README.md), or set "licence" to "optional" in config.json.'),
    ),
    "database-away": (N_("vtenext has no operation at all."), N_("Look whether its database runs.")),
    "component-old": (
        N_("Version {component} takes panes up to {most}, and this one is {pane}."),
        N_("Make the component's package anew, and update it in the CRM's module manager:"),
    ),
    "pane-old": (
        N_("Version {component} takes panes from {least} on, and this one is {pane}."),
        N_("Build the pane of a newer version, and upload it:"),
    ),
    "version-right": (N_("{version}"), ""),
    "version-untried": (
        N_("{version}: the pane is made for 24.08.02 and newer."),
        N_("It may work all the same; try a link with a large attachment."),
    ),
    "licence-active": (N_("It is active."), ""),
    "licence-full": (N_("It is active, but no seat is free: nobody new can sign in."), ""),
    "licence-missing": (
        N_("No licence is activated on the CRM."),
        N_("Enter the licence key on the component's page in the CRM's settings, or ask your vtenext partner for one."),
    ),
    "licence-expired": (N_("The licence has expired."), N_("Ask your vtenext partner for a new key.")),
    "address-right": (N_("It is the one that was asked."), ""),
    "address-other": (
        N_("The CRM calls itself {address}."),
        N_("Use that address, or have $site_URL corrected in the CRM's config.inc.php."),
    ),
    "limits-right": (N_("PHP takes {size} MB."), ""),
    "limits-small": (N_("PHP takes {size} MB only: larger mails do not arrive."), _LINES),
    "limits-unknown": (N_("The CRM does not say what PHP takes."), ""),
    "upload-right": (N_("A request of {size} MB arrives."), ""),
    "upload-refused": (N_("A request of {size} MB does not arrive."), _LINES),
    "clock-right": (N_("The CRM's clock agrees with this one."), ""),
    "clock-off": (N_("The CRM's clock and this one differ by {minutes} minutes."), N_("Set the one that is wrong:")),
    "clock-unknown": (N_("The CRM does not say what time it is."), ""),
    # The browser and Outlook
    "outlook-right": (N_("It offers {sets}: attachments can be read, and the mail as a whole."), ""),
    "outlook-files": (N_("It offers {sets}: attachments can be read, but not the mail as a whole."), ""),
    "outlook-texts": (
        N_("It offers {sets}: it hands over no attachments, so mails are stored without them."),
        N_("Outlook on the web and on computers does; on telephones Microsoft Graph can, where it is set up."),
    ),
    "outlook-old": (
        N_("It offers {sets}; the pane needs Mailbox 1.5."),
        N_("Use a newer Outlook, or Outlook on the web."),
    ),
    "outlook-away": (N_("This page was not opened out of Outlook."), N_("Open it by the link in the pane.")),
    "storage-right": (N_("The browser keeps what the pane gives it."), ""),
    "storage-none": (
        N_("The browser keeps nothing for the pane ({what}): a sign-in does not last, and starts take longer."),
        N_("Allow the pane's address to store data."),
    ),
    "policy-right": (N_("Nothing was refused by it."), ""),
    "policy-refused": (N_("It has refused: {what}"), _HEADERS),
}
"""What was seen and what to do, by what a finding says. A snippet follows where there is one."""


@dataclass(frozen=True)
class Words:
    """A finding in words; ``advice`` and ``snippet`` may be empty."""

    title: str
    verdict: str
    seen: str
    advice: str
    snippet: str


def worded(finding: Finding) -> Words:
    """Return what a finding says, in the language in use."""
    seen, advice = SEEN[finding.seen]
    wanted = advice if finding.verdict is not Verdict.OK else ""
    return Words(
        _(TITLES[finding.check]),
        _(VERDICTS[finding.verdict]),
        fill(_(seen), **finding.details),
        fill(_(wanted), **finding.details) if wanted else "",
        finding.snippet,
    )


def summary(findings: Sequence[Finding]) -> str:
    """Return how the check ended, in a sentence."""
    wrong = sum(finding.verdict is Verdict.FAILED for finding in findings)
    open_ones = sum(finding.verdict is Verdict.UNCLEAR for finding in findings)
    said = ngettext("{count} check failed.", "{count} checks failed.", wrong) if wrong else _("Nothing failed.")
    if not open_ones:
        return said
    return f"{said} " + ngettext("{count} is unclear.", "{count} are unclear.", open_ones)


def report(findings: Sequence[Finding], about: Mapping[str, str]) -> str:
    """Return everything as lines to be copied; ``about`` names what was looked at."""
    lines = [f"Mail Connector {__version__}", *[f"{name}: {what}" for name, what in about.items() if what], ""]
    for finding in findings:
        words = worded(finding)
        lines.append(f"[{words.verdict}] {words.title}: {words.seen}")
        lines += [f"    {line}" for line in (words.advice, *words.snippet.splitlines()) if line]
    return "\n".join([*lines, "", summary(findings)])
