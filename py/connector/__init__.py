"""Mail Connector for vtenext: the Python that runs in the Outlook task pane (and, for its tests, on CPython)."""

__version__ = "1.0.0"
