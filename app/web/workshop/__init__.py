"""The shared tablet of a workshop: its guard, its pages."""
