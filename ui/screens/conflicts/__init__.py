"""What two people changed at once: the inbox, and the dialog that asks."""
