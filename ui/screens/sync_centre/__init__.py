"""What waits for the server, what needs the user, and what was done."""
