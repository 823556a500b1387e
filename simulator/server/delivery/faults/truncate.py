"""The answer stops in the middle of its body."""

from simulator.core.model.call import Fault
from simulator.server.delivery.steps import Close, Send, Step
from simulator.server.http.answer import Answer


def break_answer(answer: Answer, fault: Fault) -> tuple[Step, ...]:
    """The head with its true Content-Length, ``fault.share`` of the body rounded down, then a close.

    At least the last byte is not sent. An answer without a body is cut in the middle of its head.
    """
    if not answer.body:
        return (Send(answer.head[: len(answer.head) // 2]), Close())
    kept = min(int(len(answer.body) * fault.share), len(answer.body) - 1)
    return (Send(answer.head, answer.body[:kept]), Close())
