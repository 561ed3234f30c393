"""The server: one history of commits that every laptop pulls from and pushes to."""
