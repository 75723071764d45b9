"""WebKit and Firefox, driven as the W3C's WebDriver has it: Outlook on the Mac and on iOS shows add-ins in WebKit.

`programs` finds and starts them, `webdriver` is one open browser, `outlook` steers the stand-in in it, `names` leads
host names of the internet to servers of this machine.
"""
