"""A stand-in Outlook: a web page that plays Outlook on the web towards the genuine office.js.

``standin_outlook.mails`` reads real ``.eml`` files, ``standin_outlook.app.create_app`` serves
the mailbox page that shows the pane in a frame, ``standin_outlook.driver.Outlook`` steers it
from a Playwright test, and ``standin_outlook.officejs`` answers Microsoft's script addresses
from the npm package. Nothing of this is part of the product.
"""
