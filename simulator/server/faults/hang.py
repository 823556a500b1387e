"""Nothing is sent. The connection stays open until the client, the hold, a reset or the shutdown ends it."""

from simulator.core.call import Fault
from simulator.server.answer import Answer
from simulator.server.steps import Close, Hang, Step


def break_answer(_answer: Answer, fault: Fault) -> tuple[Step, ...]:
    """Silence for ``fault.hold`` (None: for good), then a close without a byte."""
    return (Hang(fault.hold), Close())
