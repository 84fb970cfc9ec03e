"""Pages about letters on paper, open to everybody."""
