"""What we measure, with its peers, in one run. It must never be imported by the application."""
