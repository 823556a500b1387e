"""The scenario language: a YAML list of rules laid over the faithful simulator.

Text becomes a node tree with positions (``loader``), is judged against the document model (``document``) and across
the file (``checks``), and is compiled (``compile``) into indexed rules (``rules``) that the ``engine`` chooses among.
No API is named in here: operations, named errors and what an operation can have come from the APIs' own tables.
"""
