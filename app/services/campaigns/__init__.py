"""Campaigns: a page, its letters, a link, counts that name nobody."""
