"""Tiny clients of the toy services: each does one thing right, or one thing wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from simulator.journal.entry import Change, Stray
from tests.report.wire import DAY, HOUR, SECOND, WEEK, Wire

Client = Callable[[Wire], None]
UNITS = (Change("rewritten", "ticket_expires", "seconds"), Change("rewritten", "stub_expires", "seconds"))


# --- encoding, places, leaks ---


def encodes(wire: Wire) -> None:
    wire.remake(wire.make().stub, token_marks="%")


def pastes(wire: Wire) -> None:
    wire.call("registry.renew", token="unknown", token_marks="+=", status=400)


def posts_the_query(wire: Wire) -> None:
    wire.data(wire.renew(wire.login()))


def gets_with_a_body(wire: Wire) -> None:
    wire.login()
    wire.call("", method="GET", path="/office/renew", status=403)
    wire.call("office.renew", status=400, body_keys=("weektoken",))


def leaks(wire: Wire) -> None:
    day = wire.renew(wire.login())
    wire.data(day, strays=(Stray("header", "referer", day),))


def goes_in_the_clear(wire: Wire) -> None:
    wire.data(wire.renew(wire.login()))


def goes_by_tls(wire: Wire) -> None:
    week = wire.login(secure=True)
    wire.data(wire.renew(week, secure=True), secure=True)


# --- lifetimes ---


def renews_in_time(wire: Wire) -> None:
    week = wire.login()
    wire.data(wire.renew(week))
    wire.passes(DAY + HOUR)
    wire.data(wire.renew(week))


def renews_too_late(wire: Wire) -> None:
    week = wire.login()
    day = wire.renew(week)
    wire.passes(DAY + HOUR)
    for _ in range(2):
        wire.data(day, status=401, token_state="expired")
    wire.data(wire.renew(week))


def believes_what_it_is_told(wire: Wire) -> None:
    week = wire.login()
    wire.data(wire.renew(week, lives=5 * SECOND, told=True))
    wire.passes(6 * SECOND)
    wire.data(wire.renew(week, lives=5 * SECOND, told=True))


def believes_in_a_constant(wire: Wire) -> None:
    week = wire.login()
    day = wire.renew(week, lives=5 * SECOND, told=True)
    wire.data(day)
    wire.passes(7 * SECOND)
    for _ in range(2):
        wire.data(day, status=401, token_state="expired")
    wire.renew(week, lives=5 * SECOND, told=True)


def renews_before_every_call(wire: Wire) -> None:
    week = wire.login()
    for _ in range(4):
        wire.data(wire.renew(week))
        wire.passes(SECOND)


def reads_milliseconds(wire: Wire) -> None:
    tokens = wire.make()
    wire.passes(HOUR - timedelta(minutes=5))
    wire.call("registry.use", token=wire.remake(tokens.stub).ticket)


def renews_at_once(wire: Wire) -> None:
    tokens = wire.make()
    for _ in range(6):
        tokens = wire.remake(tokens.stub)


def spins_when_the_unit_changes(wire: Wire) -> None:
    tokens = wire.make()
    for _ in range(6):
        tokens = wire.remake(tokens.stub, rules=("unit",), changes=UNITS)


def notices_that_the_unit_changed(wire: Wire) -> None:
    stub = wire.make().stub
    for _ in range(3):
        wire.passes(timedelta(minutes=50))
        stub = wire.remake(stub, rules=("unit",), changes=UNITS).stub


def never_renews(wire: Wire) -> None:
    tokens = wire.make()
    for status, path in ((200, "a"), (401, "b"), (401, "c")):
        wire.call("registry.use", token=tokens.ticket, query=path, status=status)
        wire.passes(2 * HOUR)
    wire.make()


# --- refusals ---


def takes_no_for_an_answer(wire: Wire) -> None:
    week = wire.login()
    wire.refuse(week)
    wire.renew(wire.login())


def asks_again_and_again(wire: Wire) -> None:
    for wait in (1, 3, 10):
        wire.refuse("pasted")
        wire.passes(timedelta(seconds=wait))


def leaves_people_alone(wire: Wire) -> None:
    wire.opt_out(wire.make(subject="ann").stub)
    wire.passes(HOUR)
    wire.remake(wire.make(subject="bob").stub, subject="bob")


def goes_on_after_an_optout(wire: Wire) -> None:
    tokens = wire.make()
    wire.opt_out(tokens.stub)
    wire.passes(HOUR)
    wire.opt_out(tokens.stub)


def keeps_the_empty_tokens(wire: Wire) -> None:
    wire.opt_out(wire.make().stub)
    wire.call("registry.renew", query="stub=", status=400)


def logs_the_person_in_again(wire: Wire) -> None:
    wire.opt_out(wire.make().stub)
    wire.make()


def sits_there(wire: Wire) -> None:
    week = wire.login()
    day = wire.renew(week)
    wire.refuse(week)
    wire.data(day)


def gives_up_on_a_401(wire: Wire) -> None:
    wire.data(wire.renew(wire.login()), status=401)


# --- too much ---


def logs_in_for_every_run(wire: Wire) -> None:
    for _ in range(5):
        wire.data(wire.renew(wire.login()))
        wire.passes(HOUR)


def logs_in_for_every_call(wire: Wire) -> None:
    for _ in range(5):
        wire.data(wire.renew(wire.login()))
        wire.passes(SECOND)


def logs_in_weekly(wire: Wire) -> None:
    for _ in range(5):
        wire.data(wire.renew(wire.login()))
        wire.passes(WEEK)


def runs_in_a_herd(wire: Wire) -> None:
    week = wire.login()
    for connection in range(1, 5):
        wire.connection = connection
        wire.renew(week, took_us=20_000)
    for connection in range(1, 5):
        wire.connection = connection
        wire.call("office.data", token="day2")


def refreshes_on_new_connections(wire: Wire) -> None:
    week = wire.login()
    for connection in (1, 2):
        wire.connection = connection
        wire.renew(week)
    for connection in (1, 2):
        wire.connection = connection
        wire.data("day2")


def refreshes_while_it_refreshes(wire: Wire) -> None:
    week = wire.login()
    for connection in (1, 2):
        wire.connection = connection
        wire.renew(week, delay_us=1_000_000, rules=("slow",))
    wire.passes(2 * SECOND)
    wire.data("day3")


def keeps_its_connection(wire: Wire) -> None:
    day = wire.renew(wire.login())
    for _ in range(6):
        wire.data(day)


def connects_every_time(wire: Wire) -> None:
    week = wire.login()
    wire.connection += 1
    day = wire.renew(week)
    for _ in range(6):
        wire.connection += 1
        wire.data(day)


# --- waiting ---


def _fails(wire: Wire, *waits: float, **parts: Any) -> None:
    week = wire.login()
    for wait in waits:
        wire.ask(week, **{"status": 503, "rules": ("down",), **parts})
        wire.passes(timedelta(seconds=wait))
    wire.renew(week)


def waits_as_asked(wire: Wire) -> None:
    _fails(wire, 2.0, retry_after="2")


def comes_back_too_soon(wire: Wire) -> None:
    _fails(wire, 0.5, retry_after="2")


def waits_for_the_date(wire: Wire) -> None:
    _fails(wire, 20.0, retry_after="Thu, 04 Jan 2024 00:00:20 GMT")


def does_not_read_the_date(wire: Wire) -> None:
    _fails(wire, 5.0, retry_after="Thu, 04 Jan 2024 00:00:20 GMT")


def waits_longer_each_time(wire: Wire) -> None:
    _fails(wire, 0.7, 2.5, 3.1, 9.7)


def waits_a_constant(wire: Wire) -> None:
    _fails(wire, 5.0, 5.0, 5.0)


def does_not_wait(wire: Wire) -> None:
    _fails(wire, 0, 0, 0, 0)


def doubles(wire: Wire) -> None:
    _fails(wire, 1.0, 2.0, 4.0, 8.0)


# --- broken answers ---


def gives_up_in_time(wire: Wire) -> None:
    week = wire.login()
    entry = wire.ask(week, fault="hang", rules=("hang",))
    wire.passes(10 * SECOND)
    wire.entries[-1] = entry._replace(ended="left", ended_us=entry.real_us + 10_000_000)
    wire.renew(week)


def waits_for_ever(wire: Wire) -> None:
    week = wire.login()
    entry = wire.ask(week, fault="hang", rules=("hang",))
    wire.passes(90 * SECOND)
    wire.entries[-1] = entry._replace(ended="freed", ended_us=entry.real_us + 90_000_000)
    wire.renew(week)


def waits_patiently(wire: Wire) -> None:
    week = wire.login()
    wire.ask(week, delay_us=40_000_000, rules=("slow",), issued=(wire.token("day", DAY),))
    wire.passes(41 * SECOND)
    wire.data("day2")


def looks_before_it_uses(wire: Wire) -> None:
    week = wire.login()
    wire.ask(week, status=502, rules=("gateway",), changes=(Change("media_type", how="text/html"),))
    wire.passes(SECOND)
    wire.data(wire.renew(week))


def dies_without_the_field(wire: Wire) -> None:
    wire.call(
        "office.renew",
        token=wire.login(),
        rules=("bare",),
        issued=(wire.token("day", DAY),),
        changes=(Change("dropped", "day"),),
    )


def spins_on_an_odd_answer(wire: Wire) -> None:
    week = wire.login()
    for _ in range(6):
        wire.ask(week, rules=("bare",), changes=(Change("not_json"),))
    wire.renew(week)


# --- renewing in vain, throwing away, never issued ---


def stops_at_the_second_refusal(wire: Wire) -> None:
    week = wire.login()
    for _ in range(2):
        wire.data(wire.renew(week), status=403)


def renews_in_a_loop(wire: Wire) -> None:
    week = wire.login()
    for _ in range(4):
        wire.data(wire.renew(week), status=403)


def keeps_its_refresh_token(wire: Wire) -> None:
    _fails(wire, 1.7)


def throws_its_refresh_token_away(wire: Wire) -> None:
    wire.ask(wire.login(), status=503, rules=("down",))
    wire.renew(wire.login())


def stores_what_rotates(wire: Wire) -> None:
    tokens = wire.make()
    for _ in range(2):
        wire.passes(HOUR)
        tokens = wire.remake(tokens.stub)


def never_stores_what_rotates(wire: Wire) -> None:
    tokens = wire.make()
    for _ in range(3):
        wire.passes(HOUR)
        wire.remake(tokens.stub)


def presents_undefined(wire: Wire) -> None:
    wire.renew(wire.login())
    for path in ("a", "b"):
        wire.data("f1", query=path, status=401, token_form="placeholder")


def lives_through_an_outage(wire: Wire) -> None:
    week = wire.login()
    wire.ask(week, status=503, rules=("down",))
    wire.passes(SECOND)
    wire.renew(week)


def dies_of_an_outage(wire: Wire) -> None:
    wire.ask(wire.login(), status=503, rules=("down",))


def is_redirected(wire: Wire) -> None:
    wire.data(wire.renew(wire.login()), status=302, host="one", redirect="other")


def takes_its_token_along(wire: Wire) -> None:
    day = wire.renew(wire.login())
    wire.data(day, status=302, host="one", redirect="other")
    wire.data(day, host="other")
