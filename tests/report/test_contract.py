"""From the recorder to the verdicts: a changed wording changes no verdict, and a removed fact changes at least one.

Clients play against the real APIs in this process; their calls pass the real recorder, and the journal is judged.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest

from simulator.apis import discover
from simulator.core.model.call import WIRE_FAULTS, Reply, Request
from simulator.journal.entry import Change, Entry
from simulator.journal.from_json import entry_from_json
from simulator.report import Circumstances, judge, scenario_files
from simulator.simulation import Simulation

HOST = "one.example"
KEY = {"authorization": "Bearer simulator-uid2-api-key", "host": HOST}
LOGIN = json.dumps({"mailaddress": "user@example.com", "password": "password"}).encode()


class Client:
    """Sends calls on one connection and keeps what the answers hold."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.sandbox = simulation.sandboxes.get("default")
        self.waited: list[int] = []

    def send(self, method: str, path: str, query: str = "", body: bytes = b"", **headers: str) -> Reply:
        names = {"host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
        reply = self.simulation.answer(Request(method, path, query, names, body, connection=1))
        self.sandbox.clock.advance(timedelta(milliseconds=5))
        slow = reply.delivery.delay + (reply.delivery.dribble.over if reply.delivery.dribble else timedelta(0))
        self.waited.append((self.waited[-1] if self.waited else 0) + slow // timedelta(microseconds=1))
        return reply

    def journal(self) -> tuple[Entry, ...]:
        """Every entry at the real moment at which it would have come: nothing here waits for slow answers."""
        before = [0, *self.waited]
        entries = self.sandbox.journal.entries()
        return tuple(entry._replace(real_us=entry.real_us + before[number]) for number, entry in enumerate(entries))

    def log_in(self) -> str:
        return str(json.loads(self.send("POST", "/v1/token/auth_user", body=LOGIN).body)["refreshToken"])

    def refresh(self, token: str) -> Reply:
        return self.send("POST", "/v1/token/auth_refresh", f"refreshtoken={token}")

    def data(self, token: str, query: str = "", **headers: str) -> Reply:
        return self.send("GET", "/v1/listed/info", query, authorization=f"Bearer {token}", **headers)

    def generate(self, mail: str = "user@example.com") -> dict[str, Any]:
        reply = self.send("GET", "/v1/token/generate", f"email={quote(mail)}", authorization=KEY["authorization"])
        return dict(json.loads(reply.body).get("body", {}))

    def renew(self, token: str) -> dict[str, Any]:
        query = f"refresh_token={quote(token, safe='')}"
        reply = self.send("GET", "/v1/token/refresh", query, authorization=KEY["authorization"])
        return dict(json.loads(reply.body).get("body", {}))


def new_id_token(client: Client) -> str:
    reply = client.refresh(client.log_in())
    return str(json.loads(unpacked(reply))["idToken"])


def unpacked(reply: Reply) -> bytes:
    if reply.header("content-encoding") != "gzip":
        return reply.body
    import gzip

    return gzip.decompress(reply.body)


def leaks(client: Client) -> None:
    token = new_id_token(client)
    client.data(token, referer=f"https://shop.example/?t={token}")


def leaks_its_key(client: Client) -> None:
    token = client.generate()["refresh_token"]
    client.send(
        "GET",
        "/v1/token/refresh",
        f"refresh_token={quote(token, safe='')}",
        authorization=KEY["authorization"],
        user_agent="shop simulator-uid2-api-key",
    )


def misplaces(client: Client) -> None:
    client.send("POST", "/v1/token/auth_refresh", f"refreshToken={client.log_in()}")


def leaves_bearer_out(client: Client) -> None:
    token = new_id_token(client)
    client.send("GET", "/v1/listed/info", authorization=token)


def presents_undefined(client: Client) -> None:
    new_id_token(client)
    for code in ("86970", "13010"):
        client.data("undefined", f"code={code}")


def presents_a_placeholder_first(client: Client) -> None:
    for _ in range(2):
        client.refresh("YOUR_REFRESH_TOKEN")


def loops(client: Client) -> None:
    refresh = client.log_in()
    for _ in range(4):
        client.data(str(json.loads(unpacked(client.refresh(refresh)))["idToken"]))


def insists_on_its_login(client: Client) -> None:
    for number in range(4):
        body = json.dumps({"mailaddress": "user@example.com", "password": "wrong", "at": number}).encode()
        client.send("POST", "/v1/token/auth_user", body=body)


def goes_on_after_optout(client: Client) -> None:
    token = client.generate("optout@email.com")["refresh_token"]
    for _ in range(2):
        client.renew(token)


def tries_three_passwords(client: Client) -> None:
    for password in ("wrong", "worse", "worst"):
        body = json.dumps({"mailaddress": "user@example.com", "password": password}).encode()
        client.send("POST", "/v1/token/auth_user", body=body)


def asks_again_after_optout(client: Client) -> None:
    client.generate()
    client.renew(client.generate("optout@email.com")["refresh_token"])
    client.send("GET", "/v1/identity/map", "email=optout%40email.com", authorization=KEY["authorization"])


def keeps_the_first_token(client: Client) -> None:
    token = client.generate()["refresh_token"]
    for _ in range(3):
        client.renew(token)


def follows_a_redirect(client: Client) -> None:
    token = new_id_token(client)
    client.data(token)
    client.data(token, host="other.example")


def spins_on_odd_answers(client: Client) -> None:
    token = client.log_in()
    for _ in range(6):
        client.refresh(token)


def waits_for_a_slow_answer(client: Client) -> None:
    token = client.log_in()
    client.refresh(token)
    client.refresh(token)


@dataclass(frozen=True)
class Play:
    """A client under a scenario's rules, and the verdict that it deserves."""

    client: Callable[[Client], None]
    verdict: str
    when: str = ""
    then: str = ""
    earned: tuple[str, ...] = ("fail", "warn")


PLAYS = (
    Play(leaks, "token_leaks"),
    Play(leaks_its_key, "token_leaks"),
    Play(misplaces, "wrong_method_or_place"),
    Play(leaves_bearer_out, "wrong_method_or_place"),
    Play(presents_undefined, "never_issued_token"),
    Play(presents_a_placeholder_first, "never_issued_token"),
    Play(loops, "renewal_loop", "jquants.listed_info", "{error: jquants.not_subscribed}"),
    Play(insists_on_its_login, "retries_refusal"),
    Play(tries_three_passwords, "retries_refusal", earned=("pass",)),
    Play(goes_on_after_optout, "ignores_optout"),
    Play(asks_again_after_optout, "ignores_optout"),
    Play(keeps_the_first_token, "stale_refresh_token"),
    Play(
        follows_a_redirect,
        "follows_redirect_with_token",
        "jquants.listed_info",
        "{respond: {status: 302, headers: {Location: 'https://other.example/v1/listed/info'}}}",
    ),
    Play(spins_on_odd_answers, "crash_on_odd_answer", "jquants.auth_refresh", "{drop: [idToken]}"),
    Play(spins_on_odd_answers, "no_backoff", "jquants.auth_refresh", "{fault: reset}"),
    Play(waits_for_a_slow_answer, "no_timeout", "jquants.auth_refresh", "{delay: 70s}"),
    Play(waits_for_a_slow_answer, "no_timeout", "jquants.auth_refresh", "{dribble: {over: 70s, chunks: 1}}"),
)
FACTS = {
    "delay_us": 0, "dribble_us": 0, "fault": "", "changes": (), "subject": "", "token_state": "", "token_form": "",
    "scheme": "", "caller": "", "content": "", "opted_out": (), "host": "", "redirect": "", "strays": (), "token": "",
    "issued": (), "error": "",
}  # fmt: skip
"""Facts of an entry, each with the value that says nothing."""
NOT_OF_VERDICTS = {"error": "shown in evidence"}


@cache
def journal_of(play: Play) -> tuple[Entry, ...]:
    simulation = Simulation(discover(), secret=b"a secret of the contract's tests", wire_faults=WIRE_FAULTS)
    client = Client(simulation)
    if play.then:
        rules = f"rules:\n  - id: rule\n    when: {{operation: {play.when}}}\n    then: {play.then}\n"
        text = f"version: 1\nname: contract\n{rules}"
        client.sandbox.load(
            scenario_files.load(text, tuple(simulation.apis.values()), name="x", supported_faults=WIRE_FAULTS)
        )
    play.client(client)
    return client.journal()


def outcomes(entries: tuple[Entry, ...]) -> Mapping[str, str]:
    report = judge(entries, discover(), Circumstances())
    return {verdict.name: str(verdict.outcome) for verdict in report.verdicts}


def id_of(play: Play) -> str:
    return f"{play.verdict}-{play.client.__name__}-{play.then[1:6]}"


@pytest.mark.parametrize("play", PLAYS, ids=id_of)
def test_a_client_earns_its_verdict_through_the_recorder(play: Play) -> None:
    assert outcomes(journal_of(play))[play.verdict] in play.earned


@pytest.mark.parametrize("play", PLAYS, ids=id_of)
def test_a_journal_that_went_out_as_json_and_came_back_is_judged_the_same(play: Play) -> None:
    entries = journal_of(play)
    came_back = tuple(entry_from_json(json.loads(json.dumps(entry.as_json()))) for entry in entries)
    assert outcomes(came_back) == outcomes(entries)


@contextmanager
def other_words(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr(Change, "words", property(lambda _: "quite another wording"))
        patched.setattr(Entry, "delivery", property(lambda _: "somehow"))
        patched.setattr(Entry, "odd", property(lambda _: ("odd",)))
        yield


@pytest.mark.parametrize("play", PLAYS, ids=id_of)
def test_a_changed_wording_changes_no_verdict(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = journal_of(play)
    before = outcomes(entries)
    with other_words(monkeypatch):
        assert outcomes(entries) == before


@pytest.mark.parametrize("fact", sorted(set(FACTS) - set(NOT_OF_VERDICTS)))
def test_a_removed_fact_changes_a_verdict(fact: str) -> None:
    changed = [
        play
        for play in PLAYS
        if outcomes(tuple(entry._replace(**{fact: FACTS[fact]}) for entry in journal_of(play)))
        != outcomes(journal_of(play))
    ]
    assert changed
