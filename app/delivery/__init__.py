"""What leaves the house: paper, screen sheet, office file, plain text, mail, calendar.

It must never know the database or the web.
"""
