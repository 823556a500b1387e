"""State on Redis or Valkey, for several workers and hosts that behave as one.

``store`` puts the parts together: ``link`` reaches Redis, ``members`` keeps the workers of one mind,
``write_behind`` writes without waiting; ``sandbox_store``, ``rule_counters``, ``status_store`` and ``journal`` are what
one sandbox has.
What must happen in one step is a script in ``lua/``.
"""
