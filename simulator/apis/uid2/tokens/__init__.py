"""The two kinds of tokens, sealed under keys of one sandbox, and v2's wrapping. Tokens are stateless."""
