"""The public pages of the campaigns."""
