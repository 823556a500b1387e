"""The control plane: ``/_simulator`` and ``/sandbox/<name>/_simulator``.

``endpoint`` defines an endpoint, ``endpoints`` has one file for each topic, ``table`` lists them,
``inputs`` reads what callers send, ``blueprint`` registers them with Flask.
"""
