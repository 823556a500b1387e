"""One laboratory for all tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.report.laboratory.run import Laboratory, laboratory


@pytest.fixture(scope="session")
def opened() -> Iterator[Laboratory]:
    with laboratory() as found:
        yield found
