"""The CRM by the operations that every vtenext has."""
