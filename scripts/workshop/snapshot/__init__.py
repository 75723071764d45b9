"""The memory picture: a started Python, made at build time, from which the pane starts (``picture.py``)."""
