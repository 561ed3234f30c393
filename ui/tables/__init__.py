"""Models and views for rows of records, in memory or in pages."""
