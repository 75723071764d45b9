"""Files that a server left out of a request because there were too many: which of them go together in another one.

PHP takes 20 files in a request (``max_file_uploads``) and drops the others without a word; how many it takes shows
when the CRM is read back.
"""

from __future__ import annotations

from connector.linking.link import Link
from connector.linking.states import FileState

FEWEST = 10
"""Files that arrived, from which on it is likely that the number was the limit and not the size of those behind."""


def portion(link: Link) -> tuple[int, ...]:
    """The places of the next files to be added to the stored mail; empty where they are better sent one by one.

    They are those behind the last that arrived, as many as the first request brought. Each is added once: what does not
    arrive then is too large, or whatever else is wrong with it.
    """
    came = [index for index, one in enumerate(link.files) if one.state is FileState.STORED and not one.alone]
    first = taken(link)
    if first < FEWEST:
        return ()
    left = [
        index
        for index, one in enumerate(link.files)
        if index > came[-1] and one.state is FileState.READ and one.file and not one.added and not one.tries
    ]
    return tuple(left[:first]) if len(left) > 1 else ()


def taken(link: Link) -> int:
    """How many files of its first request the CRM took."""
    return sum(one.state is FileState.STORED and not one.alone and not one.added for one in link.files)
