"""Commands for a simulator that runs: each asks its control plane over HTTP and prints what it answers.

They import the standard library and click, so that a shell script may call them in a loop.
"""
