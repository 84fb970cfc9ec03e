"""A dossier: a letter, the dated facts that followed it, and what they give on a day. It must never read a clock."""
