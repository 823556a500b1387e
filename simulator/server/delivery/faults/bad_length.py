"""Content-Length is too small: fewer bytes than are sent. (With ``truncate`` it is too large.)"""

from simulator.core.model.call import Fault
from simulator.server.delivery.steps import Close, Send, Step
from simulator.server.http.answer import Answer


def break_answer(answer: Answer, _fault: Fault) -> tuple[Step, ...]:
    """Half the true Content-Length, rounded down, then the whole body, then a close.

    A client that trusts the length reads half a document and finds bytes that belong to no answer.
    An answer without a body has a Content-Length of 1, since less than 0 is impossible.
    """
    said = len(answer.body) // 2 if answer.body else 1
    return (Send(answer.reframed(f"content-length: {said}"), answer.body), Close())
