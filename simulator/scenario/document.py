"""The document model of the scenario language, version 1. Imports pydantic: import this only to load a scenario.

It knows shapes, types and ranges. What one place says about another is judged in ``checks``,
what the APIs' tables say in ``names``; both speak of nodes, so that one mistake hides no other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationInfo, model_validator

from simulator.core.api import ProfileName, TokenState
from simulator.core.tally import AtEnd
from simulator.scenario.decision import SPOILS, Conversion
from simulator.scenario.rules import Per
from simulator.scenario.values import (
    Body,
    Duration,
    FileName,
    HeaderValue,
    Moment,
    Percent,
    Probability,
    Regex,
    RuleId,
    SignedDuration,
    Text,
    TextOrNumber,
    Version,
    Yes,
)

ONE, MANY, BLOCK = "<one>", "<many>", "<block>"
"""Tags of the unions; no key of the language looks like them, so places in the file are found past them."""


def _or_many(value: object) -> str:
    return MANY if isinstance(value, list) else ONE


def _or_block(value: object) -> str:
    return BLOCK if isinstance(value, dict) else ONE


OneOrMany = Annotated[
    Annotated[Text, Tag(ONE)] | Annotated[list[Text], Field(min_length=1), Tag(MANY)],
    Discriminator(_or_many),
]


class Keys(Protocol):
    """Who is told of keys that a mapping cannot have, or that have no value."""

    def refuse(self, data: dict[str, object], bad: list[str], known: Iterable[str]) -> None:
        """``data`` has these bad keys; these are known."""


class Part(BaseModel):
    """A mapping of the language: every key is known, every value of its exact type.

    Unknown keys and keys without a value are handed to ``info.context`` (a :class:`Keys`), which knows
    their places, and then left out, so that the rest of the mapping is judged too.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False, populate_by_name=False)

    @model_validator(mode="before")
    @classmethod
    def _keys(cls, data: object, info: ValidationInfo) -> object:
        if not isinstance(data, dict) or info.context is None:
            return data
        known = {field.alias or name: field.annotation is not Any for name, field in cls.model_fields.items()}
        bad = [key for key, value in data.items() if key not in known or (value is None and known[key])]
        if not bad:
            return data
        info.context.refuse(data, bad, known)
        return {key: value for key, value in data.items() if key not in bad}


class Matcher(Part):
    """What a text must be like, when equality is not meant. All that is given must hold."""

    contains: Text | None = None
    regex: Regex | None = None
    exists: bool | None = None


Match = Annotated[
    Annotated[TextOrNumber, Tag(ONE)] | Annotated[Matcher, Tag(BLOCK)],
    Discriminator(_or_block),
]
JsonMatch = Annotated[
    Annotated[Any, Tag(ONE)] | Annotated[Matcher, Tag(BLOCK)],
    Discriminator(_or_block),
]


class TokenMatch(Part):
    """What the presented token must be like. Age is counted from its issue on the sandbox's clock."""

    state: (
        Annotated[
            Annotated[TokenState, Tag(ONE)] | Annotated[list[TokenState], Field(min_length=1), Tag(MANY)],
            Discriminator(_or_many),
        ]
        | None
    ) = None
    older_than: Duration | None = None
    younger_than: Duration | None = None


class ClockSpan(Part):
    """A stretch of the sandbox's time since the scenario began; ``to`` is outside."""

    from_: Duration | None = Field(None, alias="from")
    to: Duration | None = None


class When(Part):
    """Which calls a rule is about. All that is given must hold."""

    operation: OneOrMany | None = None
    sandbox: OneOrMany | None = None
    query: dict[str, Match] | None = None
    headers: dict[str, Match] | None = None
    json_: dict[str, JsonMatch] | None = Field(None, alias="json")
    raw_query: Match | None = None
    token: TokenMatch | None = None
    subject: OneOrMany | None = None
    authorised: bool | None = None
    state: OneOrMany | None = None
    clock: ClockSpan | None = None


Count = Annotated[int, Field(ge=1)]
Counts = Annotated[
    Annotated[Count, Tag(ONE)] | Annotated[list[Count], Field(min_length=1), Tag(MANY)],
    Discriminator(_or_many),
]


class OccursPart(Part):
    """Which of the calls that match; exactly one of first, nth, after, every, probability."""

    first: Count | None = None
    nth: Counts | None = None
    after: Count | None = None
    every: Count | None = None
    probability: Probability | None = None
    per: Per = "sandbox"


class Respond(Part):
    """An answer in full. A text or a JSON value as its body, or none."""

    status: Annotated[int, Field(ge=200, le=599)]
    headers: dict[str, HeaderValue] | None = None
    json_: Any = Field(None, alias="json")
    body: Body | None = None


class RateLimitPart(Part):
    """More than ``limit`` calls in ``window`` are refused."""

    limit: Annotated[int, Field(ge=0)]
    window: Duration
    by: Per = "sandbox"
    retry_after: Literal["seconds", "http_date", "none"] = "seconds"
    error: Text | None = None


class Lognormal(Part):
    """A delay as services have them: mostly near the median, with a long tail that ``max`` cuts."""

    median: Duration
    sigma: Annotated[float, Field(ge=0, le=10)]
    max: Duration | None = None


class DelayPart(Part):
    """Exactly one of fixed, uniform, lognormal; in real time or by moving the sandbox's clock."""

    fixed: Duration | None = None
    uniform: Annotated[list[Duration], Field(min_length=2, max_length=2)] | None = None
    lognormal: Lognormal | None = None
    clock: Literal["real", "virtual"] = "real"


Delay = Annotated[
    Annotated[Duration, Tag(ONE)] | Annotated[DelayPart, Tag(BLOCK)],
    Discriminator(_or_block),
]


class DribblePart(Part):
    """Send the body in pieces, evenly over a time."""

    over: Duration
    chunks: Annotated[int, Field(ge=1, le=10_000)]


class Nothing(Part):
    """A fault without options."""


class Truncate(Part):
    """at: how much of the body is sent."""

    at: Percent = 0.5


class Hang(Part):
    """for: how long; without it until the client gives up."""

    for_: Duration | None = Field(None, alias="for")


class NotJson(Part):
    """body: what is sent instead of the JSON."""

    body: Body = SPOILS["not_json"].value


class WrongType(Part):
    """content_type: what the answer says it is."""

    content_type: Text = SPOILS["wrong_type"].value


class FaultPart(Part):
    """Exactly one fault, with its options."""

    reset: Nothing | None = None
    empty: Nothing | None = None
    truncate: Truncate | None = None
    garbage: Nothing | None = None
    bad_length: Nothing | None = None
    bad_chunk: Nothing | None = None
    hang: Hang | None = None
    close_before_body: Nothing | None = None
    not_json: NotJson | None = None
    wrong_type: WrongType | None = None


FaultName = Literal[
    "reset", "empty", "truncate", "garbage", "bad_length", "bad_chunk", "hang", "close_before_body",
    "not_json", "wrong_type",
]  # fmt: skip
Fault = Annotated[
    Annotated[FaultName, Tag(ONE)] | Annotated[FaultPart, Tag(BLOCK)],
    Discriminator(_or_block),
]


class TokenAction(Part):
    """Issue the tokens of this answer under other terms."""

    lifetime: Duration | None = None
    refresh_lifetime: Duration | None = None
    skew: SignedDuration | None = None
    tamper: Literal["signature"] | None = None


class Action(Part):
    """What happens. Several keys happen together, as several actions in a list do."""

    error: Text | None = None
    respond: Respond | None = None
    rate_limit: RateLimitPart | None = None
    delay: Delay | None = None
    dribble: DribblePart | None = None
    fault: Fault | None = None
    token: TokenAction | None = None
    drop: Annotated[list[Text], Field(min_length=1)] | None = None
    rewrite: Annotated[dict[str, Conversion], Field(min_length=1)] | None = None
    optout: Yes | None = None
    revoke: Literal["token", "family"] | None = None
    set_state: Text | None = None
    advance: Duration | None = None
    log: Text | None = None


Then = Annotated[
    Annotated[Action, Tag(BLOCK)] | Annotated[list[Action], Field(min_length=1), Tag(MANY)],
    Discriminator(lambda value: MANY if isinstance(value, list) else BLOCK),
]


class StepPart(Part):
    """A step of a sequence: for ``times`` firings."""

    times: Count = 1
    then: Then


class RulePart(Part):
    """One rule; exactly one of then and sequence."""

    id: RuleId | None = None
    when: When | None = None
    occurs: OccursPart | None = None
    then: Then | None = None
    sequence: Annotated[list[StepPart], Field(min_length=1)] | None = None
    at_end: AtEnd = "pass"
    continue_: bool = Field(default=False, alias="continue")


class ClockPart(Part):
    """What the sandbox's clock is set to when the scenario is loaded."""

    at: Moment | None = None
    frozen: bool | None = None
    rate: Annotated[float, Field(gt=0, le=1_000_000)] | None = None


class ExpectPart(Part):
    """How often a good client calls an operation."""

    operation: Text
    count: Annotated[int, Field(ge=0)] | None = None
    at_least: Annotated[int, Field(ge=0)] | None = None
    at_most: Annotated[int, Field(ge=0)] | None = None


Expect = Annotated[
    Annotated[Text, Tag(ONE)] | Annotated[ExpectPart, Tag(BLOCK)],
    Discriminator(_or_block),
]
Profile = Annotated[
    Annotated[ProfileName, Tag(ONE)] | Annotated[dict[str, ProfileName], Tag(BLOCK)],
    Discriminator(_or_block),
]
Seed = Annotated[
    Annotated[int, Field(ge=-(2**63), lt=2**63), Tag(ONE)] | Annotated[Literal["random"], Tag(BLOCK)],
    Discriminator(lambda value: BLOCK if isinstance(value, str) else ONE),
]


class Head(Part):
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


class Document(Head):
    """A whole scenario file."""

    rules: list[RulePart] = []
