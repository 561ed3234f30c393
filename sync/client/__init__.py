"""The laptop's half of synchronisation: a process of its own that pulls, pushes and waits."""
