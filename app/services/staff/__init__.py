"""The people of the associations: accounts, sessions, memberships, journal."""
