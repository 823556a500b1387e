"""What the transport itself says no to, before any API has seen the request."""

from __future__ import annotations

from http import HTTPStatus

from simulator.core.http.phrases import phrase
from simulator.core.http.problem import problem
from simulator.core.model.call import Reply


class RequestRefused(Exception):
    """The request cannot be read, or is more than we read. The connection ends after the answer.

    status: the 4xx or 5xx to send. detail: one sentence: what was wrong, and the limit where there is one.
    """

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail

    def reply(self) -> Reply:
        """The refusal as an answer."""
        return refusal(self.status, self.detail)


def malformed(detail: str) -> RequestRefused:
    """400: these bytes are no HTTP/1.1 request."""
    return RequestRefused(HTTPStatus.BAD_REQUEST, detail)


def refusal(status: HTTPStatus, detail: str) -> Reply:
    """A problem whose title is the status's own phrase."""
    return problem(status.value, phrase(status.value), detail)
