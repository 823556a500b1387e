"""What must be remembered between calls, behind one promise (:mod:`simulator.state.store`)."""
