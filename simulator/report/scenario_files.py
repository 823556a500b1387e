"""Reads scenario files whose ``expect`` names verdicts: the loader with the report's list of verdicts.

The loader lies below the report and cannot know its verdicts. Code above both layers reads scenarios here.
"""

from __future__ import annotations

from functools import partial

from simulator.report.verdicts import names
from simulator.scenario import loader
from simulator.scenario.language.schema import schema

check = partial(loader.check, verdicts=names())
"""See :func:`simulator.scenario.loader.check`."""
describe = partial(schema, verdicts=names())
"""See :func:`simulator.scenario.language.schema.schema`."""
load = partial(loader.load, verdicts=names())
"""See :func:`simulator.scenario.loader.load`."""
