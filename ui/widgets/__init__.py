"""The visible parts screens are made of; none of them knows a record or a query."""
