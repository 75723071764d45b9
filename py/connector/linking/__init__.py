"""Linking a mail: what has come of it so far, the next step, and the runner that does it."""
