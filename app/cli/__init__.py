"""The flask commands: thin doors onto the services and the kernel. They must never hold a rule of their own."""
