"""Reads the data folder `letters/` into kernel objects. It must never decide anything the kernel should decide."""
