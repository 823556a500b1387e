"""The document model of the scenario language, version 1. Imports pydantic: import this only to load a scenario.

It knows shapes, types and ranges. What one place says about another is judged in ``checks``,
what the APIs' tables say in ``names``; both speak of nodes, so that one mistake hides no other.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import Discriminator, Field, Tag, WithJsonSchema

from simulator.core.model.api import ProfileName, TokenState
from simulator.core.rule_counters import AtEnd, Per
from simulator.scenario.language.actions import Then
from simulator.scenario.language.model import BLOCK, MANY, ONE, Model, OneOrMany, or_block, or_many
from simulator.scenario.language.values import (
    Duration,
    FileName,
    Moment,
    Offset,
    Probability,
    Regex,
    RuleId,
    Text,
    TextOrNumber,
    TimeOfDay,
    Version,
)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Matcher(Model):
    """What a text must be like, when equality is not meant. All that is given must hold."""

    contains: Text | None = None
    regex: Regex | None = None
    exists: bool | None = None


Match = Annotated[
    Annotated[TextOrNumber, Tag(ONE)] | Annotated[Matcher, Tag(BLOCK)],
    Discriminator(or_block),
]
_NOT_AN_OBJECT: Final = {"type": ["string", "number", "boolean", "null", "array"]}
JsonMatch = Annotated[
    Annotated[Any, WithJsonSchema(_NOT_AN_OBJECT), Tag(ONE)] | Annotated[Matcher, Tag(BLOCK)],
    Discriminator(or_block),
]


class TokenMatch(Model):
    """What the presented token must be like. Age is counted from its issue on the sandbox's clock.

    issued_before, issued_after: that long after the scenario began, the moment itself being after.
    """

    state: (
        Annotated[
            Annotated[TokenState, Tag(ONE)] | Annotated[list[TokenState], Field(min_length=1), Tag(MANY)],
            Discriminator(or_many),
        ]
        | None
    ) = None
    older_than: Duration | None = None
    younger_than: Duration | None = None
    issued_before: Duration | None = None
    issued_after: Duration | None = None


class ClockSpan(Model):
    """A stretch of the sandbox's time since the scenario began; ``to`` is outside."""

    from_: Duration | None = Field(None, alias="from")
    to: Duration | None = None


class WallClock(Model):
    """A part of the day by the sandbox's clock, ``from`` included and ``to`` not, on some days of the week.

    A part that ends before it begins lasts over midnight, and belongs to the day on which it begins.
    """

    from_: TimeOfDay | None = Field(None, alias="from")
    to: TimeOfDay | None = None
    days: Annotated[list[Weekday], Field(min_length=1)] | None = None
    offset: Offset = timedelta(0)


class StateSpan(Model):
    """How long the state has held: ``to`` is outside."""

    from_: Duration | None = Field(None, alias="from")
    to: Duration | None = None


class Conditions(Model):
    """What a call must be like. All that is given must hold."""

    method: OneOrMany | None = None
    sandbox: OneOrMany | None = None
    query: dict[str, Match] | None = None
    headers: dict[str, Match] | None = None
    json_: dict[str, JsonMatch] | None = Field(None, alias="json")
    raw_query: Match | None = None
    token: TokenMatch | None = None
    subject: OneOrMany | None = None
    authorised: bool | None = None
    clock: ClockSpan | None = None
    wall_clock: WallClock | None = None
    any: Annotated[list[Conditions], Field(min_length=1)] | None = None
    all: Annotated[list[Conditions], Field(min_length=1)] | None = None
    not_: Conditions | None = Field(None, alias="not")


class When(Conditions):
    """Which calls a rule is about. All that is given must hold."""

    operation: OneOrMany | None = None
    state: OneOrMany | None = None
    state_age: StateSpan | None = None


Count = Annotated[int, Field(ge=1, le=9_007_199_254_740_991)]
"""Up to 2**53 - 1, which every JSON reader and the scripts of a shared backend read exactly."""
Counts = Annotated[
    Annotated[Count, Tag(ONE)] | Annotated[list[Count], Field(min_length=1), Tag(MANY)],
    Discriminator(or_many),
]


class OccursPart(Model):
    """Which of the calls that match; exactly one of first, nth, after, every, probability."""

    first: Count | None = None
    nth: Counts | None = None
    after: Count | None = None
    every: Count | None = None
    probability: Probability | None = None
    per: Per = "sandbox"


class StepPart(Model):
    """A step of a sequence: for ``times`` firings."""

    times: Count = 1
    then: Then


class ChoicePart(Model):
    """One of several outcomes; ``weight`` says how often it is drawn, beside the others' weights."""

    weight: Count = 1
    then: Then


class RulePart(Model):
    """One rule; exactly one of then, sequence and choose."""

    id: RuleId | None = None
    when: When | None = None
    occurs: OccursPart | None = None
    then: Then | None = None
    sequence: Annotated[list[StepPart], Field(min_length=1)] | None = None
    choose: Annotated[list[ChoicePart], Field(min_length=2)] | None = None
    at_end: AtEnd = "pass"
    continue_: bool = Field(default=False, alias="continue")


class ClockPart(Model):
    """What the sandbox's clock is set to when the scenario is loaded."""

    at: Moment | None = None
    frozen: bool | None = None
    rate: Annotated[float, Field(gt=0, le=1_000_000)] | None = None


class ExpectPart(Model):
    """How often a good client calls an operation."""

    operation: Text
    count: Annotated[int, Field(ge=0)] | None = None
    at_least: Annotated[int, Field(ge=0)] | None = None
    at_most: Annotated[int, Field(ge=0)] | None = None


Expect = Annotated[
    Annotated[Text, Tag(ONE)] | Annotated[ExpectPart, Tag(BLOCK)],
    Discriminator(or_block),
]
Profile = Annotated[
    Annotated[ProfileName, Tag(ONE)] | Annotated[dict[str, ProfileName], Tag(BLOCK)],
    Discriminator(or_block),
]
Seed = Annotated[
    Annotated[int, Field(ge=-(2**63), lt=2**63), Tag(ONE)] | Annotated[Literal["random"], Tag(BLOCK)],
    Discriminator(lambda value: BLOCK if isinstance(value, str) else ONE),
]


class DocumentHead(Model):
    """A document without its rules."""

    version: Version
    name: FileName
    about: Text | None = None
    tags: list[Text] | None = None
    profile: Profile | None = None
    seed: Seed = 0
    clock: ClockPart | None = None
    world: dict[str, dict[str, Any]] | None = None
    state: Text | None = None
    expect: list[Expect] | None = None


class Document(DocumentHead):
    """A whole scenario file."""

    rules: list[RulePart] = Field(default_factory=list)
