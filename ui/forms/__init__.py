"""Forms built from the fields of an entity."""
