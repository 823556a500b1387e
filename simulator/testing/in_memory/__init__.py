"""A simulator without a socket: the same bytes as on a real connection, within this process."""
