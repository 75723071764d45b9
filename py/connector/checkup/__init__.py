"""The self-check: what keeps a pane, its host and its CRM from working together, and what to do about it.

findings = await examine(line, pane_url, crm_url)      # `connector.checkup.examination`
"""
