"""Making a record from a mail: the CRM's form, what the mail fills in, and records that may be the same."""
