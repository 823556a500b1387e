"""Defaults that several layers use (command line, Python API, control client). Each is written here, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

HOST: Final = "127.0.0.1"
PORT: Final = 8080
URL: Final = f"http://{HOST}:{PORT}"
"""Where ``simulator serve`` listens without options."""
SANDBOX: Final = "default"
"""The sandbox of a path without the prefix ``/sandbox/NAME``."""
SANDBOXES: Final = 1_000
"""Sandboxes that exist at one time."""
SANDBOX_IDLE: Final = timedelta(hours=1)
"""Real time without a call after which a sandbox may be evicted."""
JOURNAL_BOUND: Final = 10_000
"""Entries that a sandbox keeps: about five megabytes."""
URL_VARIABLE: Final = "SIMULATOR_URL"
"""Environment variable: the root of the simulator to use."""
JUDGED_VARIABLE: Final = "SIMULATOR_JUDGED"
"""Environment variable that ``simulator judge`` sets: the name of the run's sandbox."""
