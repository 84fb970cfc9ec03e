"""The pages anybody may read without being anybody; it must never ask for, keep or show a person's data."""
