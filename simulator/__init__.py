"""A simulator of token-refresh APIs: J-Quants v1 and UID2.

Nothing is imported here: the pytest plugin lives in this package, and a test
run that never asks for a simulator must not pay for one.
"""

__version__ = "0.1.0"
