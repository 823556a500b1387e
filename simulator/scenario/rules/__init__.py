"""Rules at run time: which ones fire for a call, and what they do to its answer."""
