"""The connection is reset: the peer's kernel reports it, and no byte of an answer is sent."""

from simulator.core.model.call import Fault
from simulator.server.delivery.steps import Reset, Step
from simulator.server.http.answer import Answer


def break_answer(_answer: Answer, _fault: Fault) -> tuple[Step, ...]:
    """A TCP RST."""
    return (Reset(),)
