"""The head comes whole, promises a body, and the connection ends."""

from simulator.core.call import Fault
from simulator.server.answer import Answer
from simulator.server.steps import Close, Send, Step


def break_answer(answer: Answer, _fault: Fault) -> tuple[Step, ...]:
    """The whole head with its true Content-Length, then a close."""
    return (Send(answer.head), Close())
