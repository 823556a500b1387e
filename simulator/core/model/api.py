"""What a simulated API is: tables of plain functions. The same shape for every API.

One folder under ``simulator/apis`` holds one API and offers it as ``API``. Whoever
serves it (simulation, scenarios, control plane) reads these tables and names no API.
``W`` is the API's own world: what its operations know besides the call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Generic, Literal, NamedTuple, Protocol, Self, TypeVar

from simulator.core.model.call import Call, Reply

ProfileName = Literal["documented", "observed", "current"]
PROFILES: tuple[ProfileName, ...] = ("documented", "observed")
"""The profiles of an API that does not list its own."""
DEFAULT_PROFILE: ProfileName = "documented"

TokenState = Literal["valid", "expired", "revoked", "unknown", "opted_out"]


class StatusStore(Protocol):
    """What has happened to the people and tokens of one API in one sandbox. Every verb is atomic.

    Subjects, token ids and families are the API's own canonical strings; the ledger only compares them.
    """

    def opt_out(self, subject: str, at: datetime) -> None:
        """The person has opted out from ``at`` on; a second opt-out keeps the first moment."""

    def opted_out(self, subject: str) -> datetime | None:
        """When the person opted out, or None."""

    def opted_out_subjects(self) -> dict[str, datetime]:
        """When each person opted out, of those who have."""

    def revoke(self, mark: str) -> None:
        """From now on the token id or family ``mark`` is an invalid one."""

    def revoke_before(self, subject: str, at: datetime) -> None:
        """Every token of the subject ("": of anybody) that was issued before ``at`` is an invalid one from now on."""

    def revoked(self, *marks: str, subject: str = "", issued_at: datetime | None = None) -> bool:
        """Whether any of these token ids or families was revoked, or what was issued to the subject at that moment."""


@dataclass(frozen=True, slots=True)
class IssueOverrides:
    """What a scenario changes about the tokens that one answer issues. None: as the world has it.

    lifetime: of what opens the doors (ID token, identity). refresh_lifetime: of the refresh token.
    skew: the issuing server's clock runs this much ahead (negative: behind).
    tamper: the part of the token that is spoilt, so that the API itself will refuse it: "signature".
    """

    lifetime: timedelta | None = None
    refresh_lifetime: timedelta | None = None
    skew: timedelta = timedelta(0)
    tamper: Literal["signature"] | None = None


class World(Protocol):
    """What every API's world can do. All worlds are frozen: a change is a new world."""

    def with_overrides(self, overrides: IssueOverrides) -> Self:
        """The same world, issuing its tokens under other terms."""


W = TypeVar("W", bound=World)


@dataclass(frozen=True, slots=True)
class WorldContext:
    """What a world is made of, for one sandbox.

    settings: an instance of the API's ``settings`` class (the default world, or a scenario's).
    began: when the sandbox, or its scenario, began, by the sandbox's clock.
    key: 32 bytes from the secret, the API and the sandbox: seal tokens under keys derived from it.
    """

    settings: Any
    profile: ProfileName
    key: bytes
    status_store: StatusStore
    began: datetime = datetime(1970, 1, 1, tzinfo=UTC)


class Credentials(NamedTuple):
    """The one reading of who calls: the operation, matchers, revocations, opt-outs and the journal all use it.

    A named tuple, because one is made on every call.
    token: as received, None when the call carries none. kind: one of the API's token kinds.
    state: None when there is no token. mark: the token's own id for :meth:`StatusStore.revoke`; family: its family's.
    subject: the person or account in the API's canonical form, None when nobody is named (see :attr:`Api.subject`).
    authorised: the API accepts the caller as a known one.
    content: what was inside an encrypted call, without the nonce and the moment that make each one different; None
        when the call is not encrypted or could not be decrypted.
    payload: what else the operation has read of the call, for its ``handle`` and its API's ``errors`` and ``after``:
        nothing is parsed or decrypted twice. Only the API itself knows its type.
    """

    token: str | None = None
    kind: str | None = None
    state: TokenState | None = None
    issued_at: datetime | None = None
    token_id: str | None = None
    family: str | None = None
    subject: str | None = None
    authorised: bool = False
    content: bytes | None = None
    payload: Any = None


UNREAD: Final = Credentials()
"""Of a call that no operation has read."""


@dataclass(frozen=True, slots=True)
class Operation(Generic[W]):
    """One operation: where it is, what it does, and what can be done to it.

    name: with its API's name, "jquants.auth_refresh". path: exact, without a trailing slash.
    read: reads who calls and what is asked, once; never raises, whatever the call holds.
    handle: answers the call that ``read`` has read, or raises Rejection with one of the API's named errors.
    issues: the token kinds a success hands out (empty: the ``token`` action is refused).
    takes: the token kind it is called with (None: no token matcher, no ``revoke``).
    about_person: it concerns a person who can opt out (``optout``).
    profiles: those in which it exists; None: all of the API's. In the others its path is unknown.
    fields: the JSON fields of a success that can be dropped or rewritten, by their own (unique) names.
    """

    name: str
    methods: tuple[str, ...]
    path: str
    read: Callable[[Call, W], Credentials]
    handle: Callable[[Credentials, Call, W], Reply]
    issues: tuple[str, ...] = ()
    accepts: str | None = None
    about_person: bool = False
    fields: tuple[str, ...] = ()
    profiles: frozenset[ProfileName] | None = None

    def exists_in(self, profile: ProfileName) -> bool:
        """Whether the API has it under this profile."""
        return self.profiles is None or profile in self.profiles


@dataclass(frozen=True, slots=True)
class MintedToken:
    """A token made to order (``POST tokens``, ``simulator token``).

    events: as in :class:`simulator.core.model.call.Issued`, so that a clock can be moved to its edges too.
    """

    token: str
    issued_at: datetime
    expires_at: datetime
    events: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True, eq=False)
class Api(Generic[W]):
    """One simulated API. Equal to itself alone, so that it can be a key.

    base_path: what clients call their base URL, after the host ("/v1", or "").
    errors: every named error, "jquants.server_error" -> how it is answered to this call; a misrouted call is UNREAD.
    settings: a frozen dataclass, all defaults: the ``world`` section of a scenario. Field types are timedelta, str,
        bool, int, Literal, tuples or frozensets of these or of another such dataclass; ``__post_init__`` raises
        ValueError for values that do not go together.
    world: makes the world of one sandbox.
    before: what the service's front answers before any operation (preflight, bad encoding); None to go on.
        Called for its own paths with the operation (None: unknown path or wrong method).
    misrouted: a wrong method (``allowed`` names the right ones) or an unknown path (``allowed`` is empty).
    after: the headers the service puts on every answer, injected ones too; never replaces one that is there.
        The call is UNREAD when ``before`` or ``misrouted`` has answered it.
    dumps: the API's own way of writing JSON, for answers that a scenario rewrites.
    subject: canonical form of a mail, phone or account name as a person writes it; ValueError when it is none.
    token_kinds, mint: which tokens can be made to order, and how: (world, kind, subject, issued_at).
        An empty subject is somebody of the API's own choice.
        mint raises ValueError for a kind or a subject that this world does not know.
    events: what can happen to its tokens, for ``clock/advance {"to": …}``.
    any_slash: a trailing slash does not matter to its router.
    token_params: the query parameters (lower case) that carry a token. token_bodies: operations whose body is one.
    public_params: those whose values may be shown in a journal; every other value becomes a fingerprint.
    refreshing: the kinds of token that others are got with. A scenario's ``refresh_lifetime`` is theirs, ``lifetime``
        is the other kinds'. Empty: not known, and no scenario is refused for it.
    lifetimes: how long the service's documents say that tokens live, by kind; a client may rely on it untold.
        A kind that is not here lives as long as an answer tells (:attr:`simulator.core.model.call.Issued.disclosed`).
    variables: environment variables that its clients read, name -> value for the default world; ``{url}`` stands for
        the base URL, ``{refresh_token}`` for a new refresh token (left out where none can be made).
    profiles: the names of its profiles.
    """

    name: str
    base_path: str
    operations: tuple[Operation[W], ...]
    errors: Mapping[str, Callable[[Credentials, Call, W], Reply]]
    settings: type[Any]
    world: Callable[[WorldContext], W]
    before: Callable[[Call, Operation[W] | None, W], Reply | None]
    misrouted: Callable[[Call, tuple[str, ...], W], Reply]
    after: Callable[[Credentials, Call, Reply, Operation[W] | None, W], Reply]
    dumps: Callable[[object], bytes]
    subject: Callable[[str], str]
    token_kinds: tuple[str, ...]
    mint: Callable[[W, str, str, datetime], MintedToken]
    events: tuple[str, ...]
    ignore_trailing_slash: bool = False
    token_params: frozenset[str] = frozenset()
    token_bodies: frozenset[str] = frozenset()
    public_params: frozenset[str] = frozenset()
    refresh_token_kinds: frozenset[str] = frozenset()
    lifetimes: Mapping[str, timedelta] = field(default_factory=dict)
    client_env: Mapping[str, str] = field(default_factory=dict)
    profiles: tuple[ProfileName, ...] = PROFILES


def profile_names(apis: Iterable[Api[Any]]) -> tuple[ProfileName, ...]:
    """Every profile that any of the APIs has, in the order of the first API that has it."""
    return tuple(dict.fromkeys(profile for api in apis for profile in api.profiles))


def profiles_called(name: str, apis: Iterable[Api[Any]]) -> dict[str, ProfileName]:
    """The profile of this name for each API that has it, by the API's name; empty when none has it."""
    return {api.name: profile for api in apis for profile in api.profiles if profile == name}
