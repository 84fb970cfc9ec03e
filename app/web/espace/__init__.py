"""The space of an association."""
