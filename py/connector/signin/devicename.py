"""What a device is called in the CRM's list of devices.

>>> device_name("OutlookWebApp", "OfficeOnline", "Win32")
'Outlook on the web, Windows'
"""

from __future__ import annotations

LONGEST = 100
_HOSTS = {
    "OutlookWebApp": "Outlook on the web",
    "newOutlookWindows": "New Outlook for Windows",
    "OutlookIOS": "Outlook for iOS",
    "OutlookAndroid": "Outlook for Android",
    "MacOutlook": "Outlook for Mac",
}
_DESKTOPS = {"PC": "Outlook for Windows", "Mac": "Outlook for Mac"}
"""By Office's platform: both call themselves Outlook."""
_SYSTEMS = {"Win": "Windows", "Mac": "Mac", "Linux": "Linux", "iPhone": "iPhone", "iPad": "iPad"}
"""By the beginning of ``navigator.platform``."""


def device_name(host: str, platform: str, system: str) -> str:
    """Return a name that people know.

    ``host`` is Outlook's name for itself (``diagnostics.hostName``), ``platform`` Office's, ``system`` the browser's.
    What is not known here stands there as it came.
    """
    known = _HOSTS.get(host) or (_DESKTOPS.get(platform) if host == "Outlook" else None)
    named = next((name for start, name in _SYSTEMS.items() if system.startswith(start)), system)
    if known and host != "OutlookWebApp":
        return known
    return ", ".join(filter(None, (known, named) if known else (host, platform, named)))[:LONGEST]
