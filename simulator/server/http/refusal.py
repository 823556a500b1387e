"""Requests that the transport itself refuses, before they reach an API."""

from __future__ import annotations

from http import HTTPStatus

from simulator.core.http.phrases import phrase
from simulator.core.http.problem import problem
from simulator.core.model.call import Reply


class RequestRefused(Exception):
    """The request cannot be read, or exceeds a limit. The connection ends after the answer.

    status: the 4xx or 5xx to send. detail: one sentence with the error, and the limit if one was exceeded.
    """

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail

    def reply(self) -> Reply:
        """The refusal as an answer."""
        return refusal(self.status, self.detail)


def malformed(detail: str) -> RequestRefused:
    """400: these bytes are not an HTTP/1.1 request."""
    return RequestRefused(HTTPStatus.BAD_REQUEST, detail)


def refusal(status: HTTPStatus, detail: str) -> Reply:
    """A problem whose title is the reason phrase of the status."""
    return problem(status.value, phrase(status.value), detail)
