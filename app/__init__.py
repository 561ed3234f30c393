"""The desktop program below its windows: domain, replica, use cases, queries."""
