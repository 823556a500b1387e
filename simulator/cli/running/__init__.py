"""Commands for a running simulator: each calls its control plane over HTTP and prints the answer.

They import only the standard library and click, so that a shell script can call them in a loop.
"""
