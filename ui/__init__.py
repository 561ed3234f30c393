"""The desktop's windows: the only package that knows Qt."""
