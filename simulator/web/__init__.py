"""Flask, at the rim: the same simulation for test clients and for any WSGI server."""
