"""The journal: what a call was and how it was answered, without secrets."""
