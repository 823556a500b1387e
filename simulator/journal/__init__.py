"""The journal: each call and its answer, without secrets."""
