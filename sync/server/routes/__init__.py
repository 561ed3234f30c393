"""The server's paths, one module per subject."""
