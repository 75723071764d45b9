"""The self-check on a terminal: the questions and their answers are the pane's own (`connector.checkup`).

It needs nothing but Python, so that it runs on a server that has no environment for it.
"""
