"""A letter left blank, for a pen: its settings, its places to write. It must never hold a family’s words."""
