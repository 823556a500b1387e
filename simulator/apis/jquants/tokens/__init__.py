"""The two kinds of tokens: sealed refresh tokens and signed ID tokens. Both are stateless."""
