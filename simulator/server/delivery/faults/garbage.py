"""Bytes that are not HTTP."""

from typing import Final

from simulator.core.model.call import Fault
from simulator.server.delivery.steps import Close, Send, Step
from simulator.server.http.answer import Answer

GARBAGE: Final = b"\x15\x03\x01\x00\x02\x02\x50\xff\xfe garbage, as asked for \x00\r\n\r\n"
"""Always the same: begins like a TLS alert, so that no client takes it for a status line or for HTTP/0.9."""


def break_answer(_answer: Answer, _fault: Fault) -> tuple[Step, ...]:
    """The garbage, then a close."""
    return (Send(GARBAGE), Close())
