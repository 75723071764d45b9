"""The CRM by the operations of the Mail Connector component (``crm/README.md``), and by no others."""
