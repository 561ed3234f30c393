"""Finding anything, and doing anything, from the keyboard."""
