"""Draws a letter whose choices are still open, as a form. It must never decide in place of the person who fills it."""
