"""Tokens made on request, as by the service's web menu; also expired ones."""

from __future__ import annotations

from datetime import timedelta

from simulator.control.endpoint import MOMENT, TEXT, ControlRequest, Endpoint, answer, shape
from simulator.control.refused import ControlRefused
from simulator.core.model.call import Issued, Reply
from simulator.core.moment import format_moment
from simulator.core.suggestion import did_you_mean, quoted


def mint(ask: ControlRequest) -> Reply:
    """A token that this sandbox knows; the clock can then be moved to its events."""
    wanted = ask.body
    apis = ask.simulation.apis
    api = apis.get(wanted["api"])
    if api is None:
        raise ControlRefused(
            400,
            "Unknown API",
            f"{quoted(wanted['api'])} is not simulated here{did_you_mean(wanted['api'], list(apis))}.",
            remedy=f"Known: {', '.join(apis)}.",
        )
    kind = wanted["kind"]
    if kind not in api.token_kinds:
        raise ControlRefused(
            400,
            "Unknown kind of token",
            f"{quoted(kind)} is not a kind of token of {api.name}{did_you_mean(kind, api.token_kinds)}.",
            remedy=f"Known: {', '.join(api.token_kinds)}.",
        )
    sandbox = ask.sandbox
    try:
        subject = api.subject(wanted["subject"]) if "subject" in wanted else ""
        at = sandbox.clock.now() - wanted.get("age", timedelta(0))
        minted = api.mint(sandbox.world(api.name), kind, subject, at)
    except ValueError:  # its text names the subject, which is a mail address or a phone
        raise ControlRefused(
            400,
            "Unknown subject",
            f"{api.name} makes no {kind} for that subject: it is not in its world, or in no form that it knows.",
        ) from None
    except OverflowError:
        raise ControlRefused(400, "No such token", '"age": that moment, or its expiry, is on no calendar.') from None
    sandbox.minted(ask.simulation.recorder.issued(Issued(kind, subject, minted.issued_at, minted.events, minted.token)))
    return answer(
        {
            "token": minted.token,
            "issued_at": format_moment(minted.issued_at),
            "expires_at": format_moment(minted.expires_at),
        }
    )


ENDPOINTS = (
    Endpoint(
        "POST",
        "/tokens",
        mint,
        "Make a token of any kind, also one that has expired already.",
        {200: shape(token=TEXT, issued_at=MOMENT, expires_at=MOMENT)},
        takes="TokenOrder",
    ),
)
