"""The whole head is sent and announces a body; then the connection ends."""

from simulator.core.model.call import Fault
from simulator.server.delivery.steps import Close, Send, Step
from simulator.server.http.answer import Answer


def break_answer(answer: Answer, _fault: Fault) -> tuple[Step, ...]:
    """The whole head with its true Content-Length, then a close."""
    return (Send(answer.head), Close())
