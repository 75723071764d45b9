"""A sandbox CRM that answers vtenext's REST calls as a stock vtenext does, for development and tests.

The facts it keeps to were measured on a stock vtenext (see ``tests/contract/facts.py``); ``quirks``
names each behaviour that may differ between installations, ``faults`` what can go wrong on the way.
Use ``crm.SandboxCrm`` for the CRM itself and ``app.create_app`` to serve it.
"""
