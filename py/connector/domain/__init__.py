"""What the pane knows about mails, records, suggestions and links; pure, without any I/O of its own."""
