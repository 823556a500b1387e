"""The actions of the scenario language: the document model of a ``then``. Imports pydantic, as ``document`` does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, create_model

from simulator.core.model.call import WIRE_FAULTS
from simulator.core.rule_counters import Per
from simulator.scenario.language.model import BLOCK, MANY, ONE, Model, or_block, or_many
from simulator.scenario.language.values import (
    Body,
    Duration,
    FileName,
    HeaderValue,
    Percent,
    SignedDuration,
    Text,
    Yes,
    one_of,
)
from simulator.scenario.rules.decision import BODY_FAULTS, Conversion, Revocation


class Respond(Model):
    """An answer in full. A text or a JSON value as its body, or none."""

    status: Annotated[int, Field(ge=200, le=599)]
    headers: dict[str, HeaderValue] | None = None
    json_: Any = Field(None, alias="json")
    body: Body | None = None


class RateLimitPart(Model):
    """More than ``limit`` calls in ``window`` are refused."""

    limit: Annotated[int, Field(ge=0)]
    window: Duration
    by: Per = "sandbox"
    retry_after: Literal["seconds", "http_date", "none"] = "seconds"
    error: Text | None = None


class Lognormal(Model):
    """A delay as services have them: mostly near the median, with a long tail that ``max`` cuts."""

    median: Duration
    sigma: Annotated[float, Field(ge=0, le=10)]
    max: Duration | None = None


class DelayPart(Model):
    """Exactly one of fixed, uniform, lognormal; in real time or by moving the sandbox's clock."""

    fixed: Duration | None = None
    uniform: Annotated[list[Duration], Field(min_length=2, max_length=2)] | None = None
    lognormal: Lognormal | None = None
    clock: Literal["real", "virtual"] = "real"


Delay = Annotated[
    Annotated[Duration, Tag(ONE)] | Annotated[DelayPart, Tag(BLOCK)],
    Discriminator(or_block),
]


class DribblePart(Model):
    """Send the body in pieces, evenly over a time."""

    over: Duration
    chunks: Annotated[int, Field(ge=1, le=10_000)]


class Nothing(Model):
    """A fault without options."""


class Truncate(Model):
    """at: how much of the body is sent."""

    at: Percent = 0.5


class Hang(Model):
    """for: how long; without it until the client gives up."""

    for_: Duration | None = Field(None, alias="for")


class NotJson(Model):
    """body: what is sent instead of the JSON."""

    body: Body = BODY_FAULTS["not_json"].value


class WrongType(Model):
    """content_type: what the answer says it is."""

    content_type: Text = BODY_FAULTS["wrong_type"].value


_OPTIONS: Final[dict[str, type[Model]]] = {
    "truncate": Truncate,
    "hang": Hang,
    "not_json": NotJson,
    "wrong_type": WrongType,
}
"""The options of a fault; one that is not here has none."""
FAULTS: Final = (*sorted(WIRE_FAULTS), *BODY_FAULTS)
"""Every fault that a file can name: those of the connection, then those of the body."""

if TYPE_CHECKING:

    class FaultPart(Model):
        """Exactly one fault, with its options: a field for each of :data:`FAULTS`."""
else:
    FaultPart = create_model(
        "FaultPart",
        __base__=Model,
        __doc__="Exactly one fault, with its options.",
        **{name: (_OPTIONS.get(name, Nothing) | None, None) for name in FAULTS},
    )

Fault = Annotated[
    Annotated[str, *one_of(FAULTS), Tag(ONE)] | Annotated[FaultPart, Tag(BLOCK)],
    Discriminator(or_block),
]


class TokenAction(Model):
    """Issue the tokens of this answer under other terms."""

    lifetime: Duration | None = None
    refresh_lifetime: Duration | None = None
    skew: SignedDuration | None = None
    tamper: Literal["signature"] | None = None


class SetState(Model):
    """to: the state. for: it ends by itself after so long. per: whose state it is."""

    to: Text
    for_: Duration | None = Field(None, alias="for")
    per: Per = "sandbox"


StateChange = Annotated[
    Annotated[Text, Tag(ONE)] | Annotated[SetState, Tag(BLOCK)],
    Discriminator(or_block),
]


class SetField(Model):
    """set: the value that the field gets, whatever it was."""

    set: Any


class HeadersAction(Model):
    """add: headers that the answer gets, in place of any of the same name. remove: those that it loses."""

    add: Annotated[dict[str, HeaderValue], Field(min_length=1)] | None = None
    remove: Annotated[list[Text], Field(min_length=1)] | None = None


class IdleConnection(Model):
    """idle: the connection is closed when no request has come on it for so long."""

    idle: Duration


Connection = Annotated[
    Annotated[Literal["close"], Tag(ONE)] | Annotated[IdleConnection, Tag(BLOCK)],
    Discriminator(or_block),
]


class HoldPart(Model):
    """name: of the point at which calls wait. before: the operation has not run yet. limit: then a call goes on."""

    name: FileName
    before: bool = False
    limit: Duration | None = None


HoldAction = Annotated[
    Annotated[FileName, Tag(ONE)] | Annotated[HoldPart, Tag(BLOCK)],
    Discriminator(or_block),
]


class PreviousAnswer(Model):
    """per: whose previous answer it is."""

    per: Per = "sandbox"


Previous = Annotated[
    Annotated[Yes, Tag(ONE)] | Annotated[PreviousAnswer, Tag(BLOCK)],
    Discriminator(or_block),
]


ConversionName = Annotated[Conversion, BeforeValidator(lambda value: "null" if value is None else value)]
"""``null`` is YAML's own word before it is ours."""


Rewriting = Annotated[
    Annotated[ConversionName, Tag(ONE)] | Annotated[SetField, Tag(BLOCK)],
    Discriminator(or_block),
]


class Action(Model):
    """What happens. Several keys happen together, as several actions in a list do."""

    error: Text | None = None
    respond: Respond | None = None
    rate_limit: RateLimitPart | None = None
    delay: Delay | None = None
    dribble: DribblePart | None = None
    fault: Fault | None = None
    token: TokenAction | None = None
    drop: Annotated[list[Text], Field(min_length=1)] | None = None
    rewrite: Annotated[dict[str, Rewriting], Field(min_length=1)] | None = None
    rename: Annotated[dict[str, Text], Field(min_length=1)] | None = None
    add: Annotated[dict[str, Any], Field(min_length=1)] | None = None
    headers: HeadersAction | None = None
    connection: Connection | None = None
    previous: Previous | None = None
    hold: HoldAction | None = None
    optout: Yes | None = None
    revoke: Revocation | None = None
    set_state: StateChange | None = None
    advance: SignedDuration | None = None
    log: Text | None = None


Then = Annotated[
    Annotated[Action, Tag(ONE)] | Annotated[list[Action], Field(min_length=1), Tag(MANY)],
    Discriminator(or_many),
]
