"""JSON that somebody else wrote, and that may be none."""

from __future__ import annotations

import json
from typing import Any


def read_json(text: str | bytes, otherwise: object) -> Any:
    """What the text holds; ``otherwise`` for what is no JSON: broken, not Unicode, or nested beyond reading."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return otherwise
