"""The interface of a simulated API: tables of plain functions, with the same structure for every API.

One folder under ``simulator/apis`` contains one API and defines it as ``API``. The simulation, scenarios and the
control plane read these tables and do not depend on a particular API. ``W`` is the API's world: what its operations
need besides the call.
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
    """Opt-outs and revocations of one API in one sandbox. Every method is atomic.

    Subjects, token ids and families are the API's canonical strings; the store only compares them.
    """

    def opt_out(self, subject: str, at: datetime) -> None:
        """Opt the person out from ``at`` on. A second opt-out keeps the first moment."""

    def opted_out(self, subject: str) -> datetime | None:
        """When the person opted out, or None."""

    def opted_out_subjects(self) -> dict[str, datetime]:
        """When each person opted out, of those who have."""

    def revoke(self, token_id: str) -> None:
        """Revoke the token with this id, or all tokens of the family with this id."""

    def revoke_before(self, subject: str, at: datetime) -> None:
        """Revoke all tokens of the subject ("": of every subject) that were issued before ``at``."""

    def revoked(self, *token_ids: str, subject: str = "", issued_at: datetime | None = None) -> bool:
        """Whether any of these token ids or families is revoked, or the tokens issued to the subject at that moment."""


@dataclass(frozen=True, slots=True)
class IssueOverrides:
    """What a scenario changes about the tokens that one answer issues. None: not changed.

    lifetime: of the access credential (ID token, UID2 identity). refresh_lifetime: of the refresh token.
    skew: how far the issuing server's clock is ahead (negative: behind).
    tamper: the part of the token that is changed, so that the API will reject it: "signature".
    """

    lifetime: timedelta | None = None
    refresh_lifetime: timedelta | None = None
    skew: timedelta = timedelta(0)
    tamper: Literal["signature"] | None = None


class World(Protocol):
    """The interface of every API's world. Worlds are immutable: a change makes a new one."""

    def with_overrides(self, overrides: IssueOverrides) -> Self:
        """The same world with these overrides for the tokens it issues."""


W = TypeVar("W", bound=World)


@dataclass(frozen=True, slots=True)
class WorldContext:
    """What a world is made from, for one sandbox.

    settings: an instance of the API's ``settings`` class (the default world, or a scenario's).
    began: when the sandbox, or its scenario, began, by the sandbox's clock.
    key: 32 bytes derived from the secret, the API and the sandbox; the keys of tokens are derived from it.
    """

    settings: Any
    profile: ProfileName
    key: bytes
    status_store: StatusStore
    began: datetime = datetime(1970, 1, 1, tzinfo=UTC)


class Credentials(NamedTuple):
    """The caller, read once per call. The operation, matchers, revocations, opt-outs and the journal all use it.

    A named tuple, because one is made on every call.
    token: as received; None when the call has none. kind: one of the API's token kinds.
    state: None without a token. token_id, family: the ids for :meth:`StatusStore.revoke`.
    subject: the person or account in the API's canonical form (see :attr:`Api.subject`); None when the call names none.
    authorised: the API accepts the caller as a known one.
    content: what the call says, the same for each try: decrypted, without nonce and timestamp, and without fields that
        the operation does not read. None where token, query and body say it, or it cannot be decrypted.
    payload: what else the operation has read, for its ``handle`` and for the API's ``errors`` and ``after``, so that
        nothing is parsed or decrypted twice. Its type is internal to the API.
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
"""The credentials of a call that no operation has read."""


@dataclass(frozen=True, slots=True)
class Operation(Generic[W]):
    """One operation: its path, its functions, and what scenarios can do with it.

    name: with its API's name, "jquants.auth_refresh". path: exact, without a trailing slash.
    read: parses the call, once; never raises.
    handle: answers the call, given the result of ``read``, or raises Rejection with one of the API's named errors.
    issues: the token kinds that a success issues (empty: the ``token`` action is refused).
    accepts: the token kind it is called with (None: no token matcher, no ``revoke``).
    about_person: its subject is a person, who can opt out (``optout``).
    profiles: those in which it exists; None: all. In the others its path is unknown.
    note: a remark for the reader of a dry run on a call at a moment of the sandbox's clock, "" for none.
    fields: the JSON fields of a success that can be dropped or rewritten, by their unique names.
    parameters: the query parameters that it reads, for its description; None: those of the API's tables.
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
    note: Callable[[datetime], str] | None = None
    parameters: tuple[str, ...] | None = None

    def exists_in(self, profile: ProfileName) -> bool:
        """Whether the API has it under this profile."""
        return self.profiles is None or profile in self.profiles


@dataclass(frozen=True, slots=True)
class MintedToken:
    """A token made on request (``POST tokens``, ``simulator token``).

    events: as in :class:`simulator.core.model.call.Issued`, so that a clock can be moved to them.
    """

    token: str
    issued_at: datetime
    expires_at: datetime
    events: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True, eq=False)
class Api(Generic[W]):
    """One simulated API. Compared by identity, so that it can be a key.

    base_path: the path of the base URL that clients are configured with ("/v1", or "").
    errors: every named error, "jquants.server_error" -> its answer to a call (a misrouted one is UNREAD).
    settings: a frozen dataclass with defaults for all fields: the ``world`` section of a scenario. Field types are
        timedelta, str, bool, int, Literal, tuples or frozensets of these or of another such dataclass;
        ``__post_init__`` raises ValueError for contradictory values.
    world: makes the world of one sandbox.
    before: the answer of the service's gateway before any operation (preflight, bad encoding); None to continue.
        Called for its own paths with the operation (None: unknown path or wrong method).
    misrouted: the answer to a wrong method (``allowed`` has the right ones) or an unknown path (it is empty).
    after: adds the headers that the service adds to every answer, injected ones too; never replaces a header.
        The credentials are UNREAD when ``before`` or ``misrouted`` has answered.
    dumps: JSON in the API's format, for answers that a scenario rewrites.
    subject: the canonical form of a mail address, phone number or account name; ValueError for invalid text.
    token_kinds, mint: the tokens that can be made on request, and how: (world, kind, subject, issued_at).
        For an empty subject the API chooses one.
        mint raises ValueError for a kind or a subject that this world does not know.
    events: the events of its tokens, for ``clock/advance {"to": …}``.
    ignore_trailing_slash: whether its router ignores a trailing slash.
    token_params: the query parameters (lower case) that carry a token.
    public_params: parameters whose values the journal shows; other values become fingerprints.
    refresh_token_kinds: the kinds of token that get others. ``refresh_lifetime`` in a scenario is about these,
        ``lifetime`` about the other kinds. Empty: not known, and scenarios are not checked for it.
    lifetimes: the documented lifetimes of tokens, by kind; clients may rely on them. Of other kinds, answers state the
        lifetime (:attr:`simulator.core.model.call.Issued.disclosed`).
    client_env: environment variables that its clients read, name -> value for the default world; ``{url}`` stands for
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
