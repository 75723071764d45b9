"""The CRM's own web pages, the component's sign-in page, and a page that shows and sets faults."""
