"""The switches of the sandbox CRM: everything in which one vtenext may differ from another."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Quirks:
    """Behaviours that were seen on a stock vtenext, each of which can be switched off or changed.

    Sizes are bytes, times are seconds. The defaults are the stock installation's.
    """

    three_byte_text: bool = True
    """Each character outside the Basic Multilingual Plane is stored as four question marks."""
    subject_limit: int = 255
    """A longer subject of a message is cut without a word (characters)."""
    timestamps: bool = True
    """Of times before 1970 and after January 2038 nothing is kept but zeros."""
    title_limit: int = 50
    """A longer title of a document is cut without a word (characters); the name of its file stays whole."""
    cut_name_at_underscore: bool = True
    """The name of an uploaded file loses everything up to and including its first underscore."""
    cut_name_at_slash: bool = True
    """PHP keeps of an uploaded file's name what follows the last slash or backslash."""
    keep_empty_files: bool = False
    """A file of zero bytes becomes a document; vtenext skips it, and makes a document without a file of one alone."""
    upload_max_filesize: int = 64_000_000
    """What ``describe Documents`` tells as the limit of one file: a hint, 3,000,000 where PHP's own is not in M."""
    server_file_limit: int | None = 67_108_864
    """The limit that PHP really applies to one file, whatever is told: a larger one is dropped, the call succeeds."""
    altered_files: int = 0
    """A scanner on the server adds so many bytes to each file."""
    max_file_uploads: int | None = 20
    """Files of one request beyond this number are dropped silently."""
    post_max_size: int | None = 134_217_728
    """A request body over this size arrives empty, so that the CRM blames missing permission."""
    proxy_limit: int | None = None
    """A reverse proxy in front of the CRM answers 413 without CORS headers to a larger body."""
    sanitize_html: bool = True
    """The body of a message is taken as HTML and cleaned."""
    revise_decodes: bool = True
    """What ``revise`` is given has its entities decoded once more than with ``create``."""
    body_limit: int | None = None
    """A longer body of a message is cut without a word (characters; vtenext's column takes 4 GB)."""
    message_id_required: bool = True
    """Creating a message without ``messageid`` ends in a PHP fatal error."""
    duplicates_accepted: bool = True
    """The same ``messageid`` may be stored again and again; off: the second create is refused."""
    one_way_relation: bool = True
    """Relating a record to a message does not put the message among the record's messages."""
    check_target_on_relate: bool = False
    """Refuse to relate to a record that the caller may not read (stock vtenext does not look)."""
    lockout_after: int | None = 5
    """So many failed authentications lock a user for the caller's address, until an administrator unlocks."""
    ban_after: int | None = 100
    """So many failed authentications from one address ban that address."""
    success_clears_failures: bool = True
    """A successful authentication sets the user's count of failures back to zero (not measured)."""
    backslash_escapes: bool = True
    """A backslash in a query's value escapes what follows, once the value has reached the database."""
    where_in_values: bool = True
    """In a query of messages the word ``where`` inside a value is spoiled by the CRM's own condition."""
    rows_without_limit: int = 1000
    """A query without LIMIT returns no more rows than this."""
    max_body_in_memory: int = 512_000_000
    """The sandbox itself refuses larger request bodies with 413, to protect the machine it runs on."""
    database_away: bool = False
    """The CRM's database does not answer: every operation is one that is not there, the stock ones too."""
    maintenance: bool = False
    """The CRM is in maintenance mode: 500 without CORS headers, preflights too, and a page that says so."""
    noise_before: bool = False
    """PHP prints its warnings before every answer (and buffers its output: else the CORS headers would be lost)."""
    noise_behind: bool = False
    """PHP prints its notices behind every answer."""
    register_argc_argv: bool = True
    """After its login page the CRM comes back to PHP's ``argv``: without what stands behind the query's first ``+``."""
    keep_alive: bool = True
    """Connections stay open between calls. A browser repeats a call by itself when a connection that it had
    used before is reset without an answer; switched off, no connection is used twice and nothing is repeated."""
    latency: float = 0.0
    """Seconds that each call waits before it is handled."""

    @classmethod
    def parse(cls, settings: Iterable[str]) -> Quirks:
        """Make quirks from ``name=value`` texts, as the command line gives them.

        Values: ``true``/``false``, numbers (``_`` allowed), ``none``. Raises ValueError with a sentence
        for an unknown name or a value that does not fit.
        """
        changes: dict[str, Any] = {}
        known = {field.name: field for field in dataclasses.fields(cls)}
        for setting in settings:
            name, _, text = setting.partition("=")
            name = name.strip().replace("-", "_")
            if name not in known:
                raise ValueError(f"There is no quirk {name!r}. Known: {', '.join(known)}.")
            changes[name] = _value(name, str(known[name].type), text.strip().lower())
        return cls(**changes)


def _value(name: str, kind: str, text: str) -> bool | int | float | None:
    if text == "none" and "None" in kind:
        return None
    if kind == "bool":
        if text in {"true", "yes", "on", "1"}:
            return True
        if text in {"false", "no", "off", "0"}:
            return False
    else:
        try:
            return float(text) if kind == "float" else int(text)
        except ValueError:
            pass
    raise ValueError(f"The quirk {name!r} takes {kind}, not {text!r}.")
