"""Carnet de droits: from a family's situation to a letter that is right in law, and the clock afterwards."""
