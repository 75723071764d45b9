"""Mails of every kind, and who is their other side."""
