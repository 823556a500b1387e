"""The control plane: ``/_simulator`` and ``/sandbox/<name>/_simulator``.

``endpoint`` says what an endpoint is, one small file a topic holds them, ``table`` lists them,
``members`` reads what callers send, ``blueprint`` puts them on Flask.
"""
