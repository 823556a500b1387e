"""A simulator without a socket: what a client would have seen on the wire, within this process."""
