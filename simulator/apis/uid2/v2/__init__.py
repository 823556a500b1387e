"""UID2 v2: the people, tokens and keys of v1, with encrypted requests and answers.

Read in this order: facts, texts, envelope, request, identity, token_operations, identity_operations, key_operations,
client_side, operations, gateway. Operations answer plain JSON. The gateway encrypts it last, after the effects of a
scenario, so that drop, rewrite and canned JSON change what the client finds inside.
"""
