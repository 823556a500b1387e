"""The connection is closed in order before any byte is sent."""

from simulator.core.model.call import Fault
from simulator.server.delivery.steps import Close, Step
from simulator.server.http.answer import Answer


def break_answer(_answer: Answer, _fault: Fault) -> tuple[Step, ...]:
    """A close without a byte."""
    return (Close(),)
