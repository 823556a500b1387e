"""Whatever a journal holds, judging and rendering it raise nothing and invent nothing."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.journal.entry import Change, Entry, IssuedEntry, Stray
from simulator.report import FORMATS, Circumstances, judge, render
from simulator.report.verdict import Outcome
from tests.report.wire import APIS

BEGINNING, END = 0, 4_000_000_000_000_000
moments = st.one_of(
    st.integers(BEGINNING, END),
    st.sampled_from([1_704_326_400_000_000 + step for step in (0, 1, 10**6, 10**9, 10**11)]),
)
words = st.text(max_size=12)
names = st.sampled_from(["t1", "t2", "t3", ""]) | words
issued = st.builds(
    IssuedEntry,
    st.sampled_from(["week", "day", "ticket", "stub", "odd"]),
    names,
    st.sampled_from(["ann", "bob"]),
    moments,
    st.lists(st.tuples(st.sampled_from(["day_expires", "ticket_expires", "x_from", "y"]), moments), max_size=2).map(
        tuple
    ),
    st.lists(st.sampled_from(["day_expires", "ticket_expires", "x_from"]), max_size=2).map(tuple),
)
retry_afters = st.sampled_from(
    ["", "1", "0", "x", "Thu, 04 Jan 2024 00:00:20 GMT", "9" * 400, "Mon, 01 Jan 0001 00:00:00 +2359"]
)
entries = st.builds(
    Entry,
    number=st.integers(1, 30),
    at_us=moments,
    real_us=moments,
    method=st.sampled_from(["GET", "POST", "HEAD", "BREW"]),
    path=st.sampled_from(["/office/renew", "/registry/renew/", "/", "", "//"]) | words,
    query=st.sampled_from(["", "stub=", "stub", "weektoken=<t1>", "a=b&stub=;"]) | words,
    operation=st.sampled_from([one.name for api in APIS for one in api.operations] + ["", "gone.call"]),
    status=st.sampled_from([100, 200, 204, 301, 400, 401, 403, 408, 429, 500, 503, 999]),
    error=st.sampled_from(["", "optout", "invalid"]),
    rules=st.lists(words, max_size=2).map(tuple),
    delay_us=st.sampled_from([0, 10**6, 35 * 10**6]),
    dribble_us=st.sampled_from([0, 4 * 10**6]),
    dribble_chunks=st.integers(0, 3),
    fault=st.sampled_from(["", "hang", "truncate", "reset"]),
    took_us=st.integers(0, 10**7),
    client=words,
    connection=st.integers(0, 3),
    secure=st.booleans(),
    agent=words,
    token=names,
    token_marks=st.sampled_from(["", "+", "%", "+/=%"]),
    strays=st.lists(
        st.builds(Stray, st.sampled_from(["query", "body", "header", "cookie", "path"]), words, names), max_size=2
    ).map(tuple),
    subject=st.sampled_from(["", "ann", "bob"]),
    family=st.sampled_from(["", "f1", "f2"]),
    token_kind=st.sampled_from(["", "week", "day", "ticket", "stub"]),
    token_state=st.sampled_from(["", "valid", "expired", "revoked", "unknown", "opted_out"]),
    token_form=st.sampled_from(["", "empty", "placeholder", "text", "encoded", "blanks"]),
    repaired=names,
    scheme=st.sampled_from(["", "bearer", "bare", "basic"]),
    caller=names,
    content=st.sampled_from(["", "c1", "c2"]),
    opted_out=st.sampled_from([(), ("ann",), ("ann", "bob")]),
    host=st.sampled_from(["", "one", "other"]),
    redirect=st.sampled_from(["", "other"]),
    body_keys=st.sampled_from([(), ("stub",)]),
    retry_after=retry_afters | words,
    issued=st.lists(issued, max_size=2).map(tuple),
    changes=st.sampled_from([(), (Change("not_json"),), (Change("dropped", "<b>day</b>"),)]),
    body=st.sampled_from(["", "b1", "b2"]),
    ended=st.sampled_from(["", "sent", "left", "freed"]),
    ended_us=st.just(0) | moments,
)
facts = st.builds(
    Circumstances,
    finished=st.booleans(),
    https_offered=st.booleans(),
    client_clock=st.sampled_from(["real", "sandbox"]),
    crash=words,
    scenario=words,
    about=words,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(entries, max_size=12), facts)
def test_judging_never_raises_and_points_at_calls_that_there_are(journal: list[Entry], known: Circumstances) -> None:
    report = judge(journal, APIS, known)
    numbers = {entry.number for entry in journal}
    for verdict in report.verdicts:
        assert set(verdict.entries) <= numbers
        assert bool(verdict.mend) == bool(verdict.outcome.weight)
        assert verdict.entries or not verdict.outcome.weight
    assert report == judge(list(reversed(journal)), APIS, known) or len(numbers) < len(journal)


@settings(max_examples=60, deadline=None)
@given(st.lists(entries, max_size=8), facts)
def test_rendering_never_raises_and_is_well_formed(journal: list[Entry], known: Circumstances) -> None:
    report = judge(journal, APIS, known)
    shown = {fmt: render(report, fmt) for fmt in FORMATS}
    assert all(text.endswith("\n") for text in shown.values())
    tested = [verdict for verdict in report.verdicts if verdict.outcome is not Outcome.INCONCLUSIVE]
    assert len(ET.fromstring(shown["junit"]).findall("testsuite/testcase")) == max(1, len(tested))
    assert "<b>day</b>" not in shown["html"]
