"""The protocol between laptops and the server, and both its ends."""
