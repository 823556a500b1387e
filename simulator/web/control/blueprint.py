"""The control plane on Flask: the tables become rules, and none of Flask's own answers gets through.

Flask routes and nothing more: what an endpoint reads and answers is plain data, as everywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Flask, g
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from simulator.core.call import BODY_LIMIT, Incoming, Reply
from simulator.core.problem import problem
from simulator.routing import CONTROL_PREFIX, SANDBOX_PREFIX, locate
from simulator.sandbox import DEFAULT
from simulator.simulation import Simulation, http_date
from simulator.web.control.dispatch import carry_out
from simulator.web.control.endpoint import Ask, Endpoint
from simulator.web.control.table import ENDPOINTS
from simulator.web.guard import Guard
from simulator.web.rim import WireResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SLASHES: Final = re.compile("//+")
_UNGUARDED: Final = f"{CONTROL_PREFIX}/health"
"""What everybody may ask, from everywhere."""


def mount(app: Flask, simulation: Simulation, guard: Guard) -> None:
    """Put the control plane at ``/_simulator`` and under every sandbox.

    ``g.arrived`` must hold the call as :class:`Incoming` before any other hook runs.
    """
    control = _Control(simulation, guard)
    app.url_map.merge_slashes = False  # its way is a redirect; ours is _FoldedSlashes
    app.wsgi_app = _FoldedSlashes(app.wsgi_app)  # type: ignore[method-assign]  # Flask's own way to add a middleware
    app.before_request(control.admit)
    app.register_error_handler(HTTPException, control.unrouted)
    app.register_blueprint(_blueprint("control", control, ENDPOINTS), url_prefix=CONTROL_PREFIX)
    inside = [endpoint for endpoint in ENDPOINTS if endpoint.scope == "sandbox"]
    app.register_blueprint(
        _blueprint("sandboxed_control", control, inside), url_prefix=f"{SANDBOX_PREFIX}<sandbox>{CONTROL_PREFIX}"
    )


class _Control:
    """What the rules of both blueprints share."""

    def __init__(self, simulation: Simulation, guard: Guard) -> None:
        self._simulation = simulation
        self._guard = guard

    def admit(self) -> WireResponse | None:
        """Refuse before anything is read or made. Calls for an API never come here: they have been answered."""
        arrived: Incoming = g.arrived
        if locate(arrived.path).path.rstrip("/") == _UNGUARDED:
            return None
        refused = self._guard.refusal(arrived)
        if refused is None and arrived.oversized:
            refused = problem(413, "Body too large", f"A body may have {BODY_LIMIT} bytes; this one has more.")
        return None if refused is None else self.respond(refused)

    def view(self, endpoint: Endpoint) -> Callable[..., WireResponse]:
        """A view function that carries out one endpoint."""

        def answered(sandbox: str = DEFAULT, part: str = "") -> WireResponse:
            return self.respond(carry_out(Ask(self._simulation, sandbox, g.arrived, endpoint, part)))

        return answered

    def unrouted(self, error: HTTPException) -> WireResponse:
        """Unknown paths, wrong methods and crashes, told as problems."""
        arrived: Incoming = g.arrived
        if isinstance(error, MethodNotAllowed):
            allowed = ", ".join(sorted(error.valid_methods or ()))
            detail = f"{arrived.method} is not possible here; use {allowed}."
            return self.respond(problem(405, "Method not allowed", detail, headers=(("Allow", allowed),)))
        if isinstance(error, NotFound):
            return self.respond(
                problem(
                    404,
                    "No such page of the control plane",
                    f"There is nothing at this path under {CONTROL_PREFIX}; paths lists what there is.",
                    paths=[f"{endpoint.method} {CONTROL_PREFIX}{endpoint.path}" for endpoint in ENDPOINTS],
                )
            )
        if error.code is not None and error.code < 500:
            return self.respond(problem(error.code, "Bad request", error.description or error.name))
        return self.respond(problem(500, "The simulator failed", "This is a bug of the simulator; its log says more."))

    def respond(self, reply: Reply) -> WireResponse:
        """With what every answer of the control plane carries: the sandbox's moment, and no leave to keep it."""
        sandboxes = self._simulation.sandboxes
        sandbox = sandboxes.find(locate(g.arrived.path).sandbox) or sandboxes.get(DEFAULT)
        headers = (
            *reply.headers,
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Date", http_date(sandbox.clock.now())),
        )
        return WireResponse(Reply(reply.status, headers, reply.body))


def _blueprint(name: str, control: _Control, endpoints: Iterable[Endpoint]) -> Blueprint:
    blueprint = Blueprint(name, __name__)
    methods: dict[str, list[str]] = {}
    for endpoint in endpoints:
        methods.setdefault(endpoint.path, ["OPTIONS"]).append(endpoint.method)
        _rule(blueprint, endpoint.path, endpoint.method, control.view(endpoint))
    for path, known in methods.items():
        allowed = ", ".join(sorted({*known, "HEAD"} if "GET" in known else known))
        _rule(blueprint, path, "OPTIONS", _options(control, allowed))
    return blueprint


def _rule(blueprint: Blueprint, path: str, method: str, view: Callable[..., WireResponse]) -> None:
    name = f"{method} {path}".replace(".", " ")  # Flask keeps dots for itself
    blueprint.add_url_rule(path, name, view, methods=[method], provide_automatic_options=False, strict_slashes=False)


def _options(control: _Control, allowed: str) -> Callable[..., WireResponse]:
    def options(**_parts: str) -> WireResponse:
        """What can be done here; never a word of CORS."""
        return control.respond(Reply(204, (("Allow", allowed),)))

    return options


class _FoldedSlashes:
    """``//_simulator//clock`` is ``/_simulator/clock``, as doubled slashes are for the simulated APIs."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        path = environ.get("PATH_INFO", "")
        if "//" in path:
            environ["PATH_INFO"] = _SLASHES.sub("/", path)
        return self._app(environ, start_response)
