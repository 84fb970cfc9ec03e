"""Letters on paper: blank, fillable, in large print, in plain words. It must never keep what a form will hold."""
