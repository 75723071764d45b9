"""The records of a sandbox CRM: rows and files, rights, what a record is told as, and how it is written."""
