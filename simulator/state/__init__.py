"""State between calls, behind one interface (:mod:`simulator.state.store`)."""
