"""Small facts of HTTP that several layers need. Standard library only."""
