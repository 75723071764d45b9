"""Microsoft Graph, which hands out what Outlook does not: the open mail's attachments, and the mail itself."""
