"""What the business talks about; imports only SQLAlchemy and the standard library."""
