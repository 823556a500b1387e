"""A short soak with a fixed seed; ``make soak`` runs a long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak import FIRES, soak


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory and descriptors in /proc")
def test_mixed_traffic_with_faults_of_redis_leaves_nothing_behind() -> None:
    found = soak(20, seed=7)
    assert found.failures == []
    assert found.counted > FIRES, "too few calls to tell"
    assert found.fired == FIRES, "counters are exact, whatever Redis said in between"
    assert found.entries + found.lost >= found.counted, "every entry is there or counted as lost"
    early, late = found.memory
    assert late < 1.2 * early + 4096
    before, after = found.descriptors
    assert after <= before + 5
