"""What a device is called in the CRM's list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.signin.devicename import LONGEST, device_name


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (("OutlookWebApp", "OfficeOnline", "Linux x86_64"), "Outlook on the web, Linux"),
        (("OutlookWebApp", "OfficeOnline", "MacIntel"), "Outlook on the web, Mac"),
        (("OutlookWebApp", "OfficeOnline", ""), "Outlook on the web"),
        (("Outlook", "PC", "Win32"), "Outlook for Windows"),
        (("Outlook", "Mac", "MacIntel"), "Outlook for Mac"),
        (("newOutlookWindows", "PC", "Win32"), "New Outlook for Windows"),
        (("OutlookIOS", "iOS", "iPhone"), "Outlook for iOS"),
        (("OutlookTV", "Universal", "Plan9"), "OutlookTV, Universal, Plan9"),
        (("", "", ""), ""),
    ],
)
def test_a_device_has_a_name_that_people_know(told: tuple[str, str, str], name: str) -> None:
    assert device_name(*told) == name


@given(st.text(), st.text(), st.text(max_size=300))
def test_whatever_outlook_says_there_is_a_name_of_some_length(host: str, platform: str, system: str) -> None:
    assert len(device_name(host, platform, system)) <= LONGEST
