"""The accounts of staff: signing in, proofs of identity, sessions, invitations."""
