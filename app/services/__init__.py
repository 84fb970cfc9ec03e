"""The use cases, named by verbs; the only place that commits, and nothing here knows a page."""
