"""The body comes in chunks, and the size of the second is not a number."""

from typing import Final

from simulator.core.model.call import Fault
from simulator.server.delivery.steps import Close, Send, Step
from simulator.server.http.answer import Answer

NO_SIZE: Final = b"xyz\r\n"


def break_answer(answer: Answer, _fault: Fault) -> tuple[Step, ...]:
    """A chunk with the first half of the body (rounded up), a broken size, the other half, then a close."""
    half = -(-len(answer.body) // 2)
    first, second = answer.body[:half], answer.body[half:]
    chunk = b"%x\r\n%b\r\n" % (len(first), first) if first else b""
    return (Send(answer.reframed("transfer-encoding: chunked"), chunk + NO_SIZE + second + b"\r\n"), Close())
