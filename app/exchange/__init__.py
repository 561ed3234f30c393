"""Data that comes from or goes to other programs: real sets, spreadsheets, the demo's records."""
