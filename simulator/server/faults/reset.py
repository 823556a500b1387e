"""The connection is reset: the peer's kernel reports it, no byte of an answer comes."""

from simulator.core.call import Fault
from simulator.server.answer import Answer
from simulator.server.steps import Reset, Step


def break_answer(_answer: Answer, _fault: Fault) -> tuple[Step, ...]:
    """A TCP RST."""
    return (Reset(),)
