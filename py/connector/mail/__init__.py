"""What a mail is: its people, headers, text, pictures, attachments, and what tells it from others."""
