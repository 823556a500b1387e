"""UID2 v2: the same people, tokens and keys as v1 has, asked for in encrypted envelopes.

Read in this order: facts, envelope, request, token_operations, identity_operations, key_operations, client_side,
sealing, catalogue. Operations answer plain JSON; sealing encrypts it at the very end, after a scenario has changed
what it wants to change, so that drop, rewrite and canned JSON act on what the client finds inside.
"""
