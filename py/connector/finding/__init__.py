"""Finding records: what a record is, and why one is suggested."""
