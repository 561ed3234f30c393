"""The commands of `roundtrip-server`, one module per subject."""
