"""The CRM as the pane sees it: requests, answers, queries, and the client that sends them."""
