"""What is remembered: rows, artifacts and the tag cache. The only package that knows SQL."""
