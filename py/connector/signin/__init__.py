"""Signing in: by password, on the CRM's own page, and what several windows share of it."""
