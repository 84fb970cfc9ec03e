"""The kernel: the law, the letters, the clock and the French. It knows no framework, no file, no database, no clock."""
