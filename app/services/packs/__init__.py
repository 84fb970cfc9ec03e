"""The letters that associations write: editing, trial, review, publication, exchange."""
