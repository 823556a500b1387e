"""The named errors of UID2, and how each is answered to a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from simulator.apis.uid2 import facts, replies, texts
from simulator.apis.uid2.v2 import facts as v2
from simulator.apis.uid2.v2 import texts as v2_texts
from simulator.apis.uid2.world import Uid2World
from simulator.core.model.api import Credentials
from simulator.core.model.call import Call, Reply

Render = Callable[[Credentials, Call, Uid2World], Reply]

_FAULTS: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        ("GET", facts.TOKEN_GENERATE): texts.FAULT_GENERATE,
        ("GET", facts.TOKEN_REFRESH): texts.FAULT_REFRESH,
        ("GET", facts.IDENTITY_MAP): texts.FAULT_MAP,
        ("POST", facts.IDENTITY_MAP): texts.FAULT_MAP_BATCH,
    }
    | {("POST", path): message for path, message in v2_texts.FAULTS.items()}
)
"""docs/sources/uid2.md §1.6; on other paths the text is plain."""
_TEXT_401: Final = frozenset({facts.IDENTITY_MAP, facts.IDENTITY_BUCKETS, facts.KEY_LATEST})
"""docs/sources/uid2.md §1.1. Validate and refresh never answer 401 themselves; the published pages show JSON for
them."""


def _refresh_token_required(_credentials: Credentials, _call: Call, world: Uid2World) -> Reply:
    return replies.error(400, world.profile.missing_status, texts.REFRESH_TOKEN_REQUIRED)


def _invalid_token(credentials: Credentials, call: Call, _world: Uid2World) -> Reply:
    """With the URL-decoded value as received: of a wrapped token the outer value. v2 does not repeat the value.

    Source: docs/sources/uid2.md §3.2.
    """
    if _path(call) in v2.ALL_PATHS:
        return replies.error(400, texts.INVALID_TOKEN, v2_texts.INVALID_TOKEN_PRESENTED)
    value = credentials.token if credentials.kind == "refresh_token" else None
    return replies.error(400, texts.INVALID_TOKEN, texts.INVALID_TOKEN_PRESENTED + (value or ""))


def _unauthorized(_credentials: Credentials, call: Call, _world: Uid2World) -> Reply:
    return replies.UNAUTHORIZED_TEXT if _path(call) in _TEXT_401 else replies.UNAUTHORIZED


def _server_error(_credentials: Credentials, call: Call, _world: Uid2World) -> Reply:
    message = _FAULTS.get((call.method, _path(call)))
    return replies.SERVER_ERROR_TEXT if message is None else replies.fault(message)


def _too_many_requests(_credentials: Credentials, _call: Call, world: Uid2World) -> Reply:
    return replies.TOO_MANY_REQUESTS_JSON if world.revision.json_429 else replies.TOO_MANY_REQUESTS


def _always(reply: Reply) -> Render:
    return lambda _credentials, _call, _world: reply


def _path(call: Call) -> str:
    return call.path.rstrip("/")


ERRORS: Final[Mapping[str, Render]] = MappingProxyType(
    {
        "uid2.refresh_token_required": _refresh_token_required,
        "uid2.invalid_token": _invalid_token,
        "uid2.expired_token": _always(replies.error(400, texts.EXPIRED_TOKEN, texts.EXPIRED_TOKEN_PRESENTED)),
        "uid2.generic_error": _always(replies.error(400, texts.ERROR, texts.ERROR_REFRESHING)),
        "uid2.optout": _always(replies.OPTED_OUT),
        "uid2.empty_success": _always(replies.EMPTY_SUCCESS),
        "uid2.unauthorized": _unauthorized,
        "uid2.invalid_identifier": _always(replies.client_error(texts.INVALID_IDENTIFIER)),
        "uid2.identifier_required": _always(replies.client_error(texts.IDENTIFIER_REQUIRED)),
        "uid2.server_error": _server_error,
        "uid2.too_many_requests": _too_many_requests,
        "uid2.unavailable": _always(replies.UNAVAILABLE),
    }
)
