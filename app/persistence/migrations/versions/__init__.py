"""One module a step, applied in order; a released step is never changed."""
