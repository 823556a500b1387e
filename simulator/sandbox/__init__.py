"""Sandboxes: isolated simulations, their configuration, their registry and the routing into them."""
