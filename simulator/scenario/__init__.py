"""The scenario language: a YAML list of rules laid over the faithful simulator.

``language.nodes`` reads text into a node tree with positions. ``language.validation`` checks the tree against the
document model (``language.document``), and ``language.checks`` checks it across the file. ``rules.compiler`` compiles
it into indexed rules (``rules.rule``). ``rules.engine`` selects the rules that fire. This package names no API:
operations, named errors and the actions of an operation come from the APIs' own tables.
"""
