"""Service orders and the requests they answer."""
