"""The replica: one encrypted database on the laptop, its key, its outbox and its search index."""
