"""How ``serve`` logs: on stderr, a line a record, for people or for machines."""

from __future__ import annotations

import json
import logging

from simulator.core.clock import from_microseconds
from simulator.core.moment import format_moment

_FOR_PEOPLE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def begin(form: str, *, quiet: bool) -> None:
    """Log from now on, as ``text`` or ``json``: of others what is wrong, of us what scenarios say (``log``) as well.

    quiet: nothing but errors.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_ForMachines() if form == "json" else logging.Formatter(_FOR_PEOPLE))
    logging.basicConfig(level=logging.ERROR if quiet else logging.WARNING, handlers=[handler])
    logging.getLogger("simulator").setLevel(logging.ERROR if quiet else logging.INFO)


class _ForMachines(logging.Formatter):
    """One JSON object a line: ``{"event": "log", "at", "level", "logger", "message"}``, and ``"traceback"``."""

    def format(self, record: logging.LogRecord) -> str:
        document = {
            "event": "log",
            "at": format_moment(from_microseconds(int(record.created * 1_000_000))),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            document["traceback"] = self.formatException(record.exc_info)
        return json.dumps(document, ensure_ascii=False)
