"""A page that does what the web SDK of version 4 does, against the service's own host name over https.

It generates for itself, refreshes in time, gets over outages, and stops at an opt-out. The page's time is virtual, as
in test_page; its keeper is the one of docs/javascript.md.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from simulator.apis.uid2.scope import ScopeName
from simulator.apis.uid2.subscription import Subscription
from simulator.testing import Simulator
from tests.browser.chromium import MISSING, Chromium, Page, find
from tests.cli.running import serving

START = datetime(2024, 1, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOST = "prod.uidapi.com"
MAIL_HASH = "tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ="
"""user@example.com (docs/sources/uid2.md §2.5)."""
OPTED_OUT_HASH = "DYsnJ8r5+cjRDHue98gIGDKvLIMuqAm/RRLODrjqK50="
"""optout@example.com (docs/sources/uid2.md §4.3)."""
KEEPER = re.findall(
    r"```js\n// keeper\.js\n(.*?)```",
    (Path(__file__).parents[2] / "docs" / "javascript.md").read_text(),
    re.DOTALL,
)[0]


@dataclass(frozen=True)
class Service:
    """A simulator that is reached by the service's own host name. pin: hash of its certificate's key."""

    simulator: Simulator
    base_url: str
    pin: str


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    port_file = tmp_path_factory.mktemp("https") / "port.json"
    with serving("--tls", "--tls-name", HOST, "--profile", "uid2=current", "--port-file", str(port_file)):
        found = json.loads(port_file.read_text())
        address = urlsplit(found["https_url"])
        assert address.hostname is not None
        assert address.port is not None
        pin = _key_of(address.hostname, address.port, found["ca_file"])
        with Simulator(url=found["url"]) as simulator:
            yield Service(simulator, f"https://{HOST}:{address.port}", pin)


def _key_of(address: str, port: int, ca_file: str) -> str:
    """The hash of the certificate's key, after the certificate was found right for :data:`HOST`."""
    trusting = ssl.create_default_context(cafile=ca_file)
    with (
        socket.create_connection((address, port), timeout=10) as plain,
        trusting.wrap_socket(plain, server_hostname=HOST) as secure,
    ):
        raw = secure.getpeercert(binary_form=True)
    assert raw is not None
    key = x509.load_der_x509_certificate(raw).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(spki).digest()).decode()


@pytest.fixture(scope="module")
def trusting_browser(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A browser for which the host's name leads here, and that trusts this one certificate."""
    program = find()
    if program is None:
        pytest.skip(MISSING)
    flags = (f"--host-resolver-rules=MAP {HOST} 127.0.0.1", f"--ignore-certificate-errors-spki-list={service.pin}")
    with Chromium(program, tmp_path_factory.mktemp("chromium"), *flags) as running:
        yield running


@pytest.fixture
def page(trusting_browser: Chromium, publisher_url: str) -> Iterator[Page]:
    opened = trusting_browser.page()
    opened.open(f"{publisher_url}/page.html")
    opened.run(KEEPER.replace("class Keeper", "Keeper = class"))
    yield opened
    opened.close()


def begin(service: Service, page: Page, scope: ScopeName, *rules: dict[str, Any]) -> None:
    """Both clocks at the beginning, under these rules."""
    world = {"uid2": {"identity_scope": scope}}
    service.simulator.load({"version": 1, "profile": {"uid2": "current"}, "world": world, "rules": list(rules)})
    service.simulator.reset()
    service.simulator.clock.freeze(START)
    page.stop_time(START)


def generated(service: Service, page: Page, scope: ScopeName, mail_hash: str = MAIL_HASH) -> Any:
    subscription = Subscription()
    given = (service.base_url, subscription.public_key_of(scope), subscription.subscription_id)
    arguments = ", ".join(map(json.dumps, (*given, {"email_hash": mail_hash})))
    return page.run(f"generateClientSide({arguments})")


def kept(service: Service, page: Page, identity: Any) -> None:
    """The page keeps the identity from now on."""
    renew = f"(identity) => refreshV2({json.dumps(service.base_url)}, identity)"
    page.run(f"keeper = new Keeper({renew}, {json.dumps(identity)}); undefined")


def pass_both(service: Service, page: Page, span: timedelta) -> None:
    service.simulator.clock.advance(span)
    page.let_pass(span)


def on(nth: int, then: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"call-{nth}", "when": {"operation": "uid2.v2_token_refresh"}, "occurs": {"nth": [nth]}, "then": then}


HTML = {"respond": {"status": 502, "headers": {"Content-Type": "text/html"}, "body": "<h1>Bad Gateway</h1>"}}


@pytest.mark.parametrize("scope", ["UID2", "EUID"])
def test_a_page_gets_over_outages_and_stops_at_an_opt_out(service: Service, page: Page, scope: ScopeName) -> None:
    begin(service, page, scope, on(1, {"error": "uid2.unavailable"}), on(2, HTML), on(3, {"optout": True}))
    answer = generated(service, page, scope)
    assert answer["body"]["advertising_token"][:2] == {"UID2": "A4", "EUID": "E4"}[scope]
    kept(service, page, answer["body"])

    pass_both(service, page, 14 * MINUTE)
    assert page.run("keeper.events") == [], "not before it is due"
    pass_both(service, page, 2 * MINUTE)
    assert page.run("keeper.events") == ["failed", "failed", "success"]
    pass_both(service, page, 16 * MINUTE)
    assert page.run("keeper.events") == ["failed", "failed", "success", "optout"]
    pass_both(service, page, 60 * MINUTE)
    assert page.run("keeper.events.length") == 4, "it asks no more"
    statuses = [call.status for call in service.simulator.journal if call.operation == "uid2.v2_token_refresh"]
    assert statuses == [503, 502, 200, 200]
    assert all(call.secure for call in service.simulator.journal)


def test_a_page_is_told_at_once_of_a_person_who_has_opted_out(service: Service, page: Page) -> None:
    begin(service, page, "UID2")
    assert generated(service, page, "UID2", OPTED_OUT_HASH) == {"status": "optout"}


def test_a_page_may_validate_with_a_key(service: Service, page: Page) -> None:
    """The preflight of this path alone allows Authorization (docs/sources/uid2-current.md §D4)."""
    begin(service, page, "UID2")
    headers = {"Authorization": "Bearer simulator-uid2-api-key"}

    def posted(path: str) -> Any:
        options = json.dumps({"method": "POST", "headers": headers, "body": "x"})
        call = f"fetch({json.dumps(service.base_url + path)}, {options}).then((r) => r.status, () => 'blocked')"
        return page.run(call)

    assert posted("/v2/token/validate") == 400
    assert posted("/v2/token/generate") == "blocked"
