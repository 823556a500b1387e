"""Nothing is sent. The connection stays open until the client, the hold, a reset or the shutdown ends it."""

from simulator.core.model.call import Fault
from simulator.server.delivery.steps import Close, HoldOpen, Step
from simulator.server.http.answer import Answer


def break_answer(_answer: Answer, fault: Fault) -> tuple[Step, ...]:
    """Send nothing for ``fault.hold`` (None: without end), then close without a byte."""
    return (HoldOpen(fault.hold), Close())
