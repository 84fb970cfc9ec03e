"""The pages by which a parent follows a letter after it is sent. They must never reckon a date nor judge a reply."""
