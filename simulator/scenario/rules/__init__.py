"""Rules at run time: select the rules that fire for a call, and apply them to its answer."""
