"""The Mail Connector component as its contract says (``crm/README.md``): what it remembers, and its operations."""

from .component import Component

__all__ = ["Component"]
