"""State on Redis or Valkey, for several workers and hosts that behave as one.

``store`` combines the parts: ``client`` talks to Redis, ``coherence`` keeps the workers consistent,
``write_behind`` writes without waiting, and ``pipeline`` runs scripts for an event loop. One sandbox has a
``sandbox_store``, ``rule_counters``, ``status_store`` and ``journal``. ``replies`` checks what scripts return.
Each atomic step is a script in ``lua/``.
"""
