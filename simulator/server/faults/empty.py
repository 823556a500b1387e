"""The connection ends in order, and nothing was said."""

from simulator.core.call import Fault
from simulator.server.answer import Answer
from simulator.server.steps import Close, Step


def break_answer(_answer: Answer, _fault: Fault) -> tuple[Step, ...]:
    """A close without a byte."""
    return (Close(),)
