"""The two kinds of tokens: sealed refresh tokens and signed ID tokens. Stateless: all they say is inside them."""
