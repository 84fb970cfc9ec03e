"""The campaigns of the associations: their pages, their letters, their counts."""
