"""The REST API: HTTP with its faults, the stock operations, and the query language."""
