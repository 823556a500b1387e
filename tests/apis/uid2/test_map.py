"""GET and POST /v1/identity/map, GET /v1/identity/buckets (docs/sources/uid2.md §3.4 to §3.6)."""

from __future__ import annotations

import json

import pytest

from simulator.apis.uid2.settings import ApiKey, Uid2Settings
from simulator.core.model.call import BODY_LIMIT
from tests.apis.uid2.conftest import Publish
from tests.apis.uid2.publisher import BEARER, STRANGER, Publisher
from tests.apis.uid2.test_generate import INVALID, REQUIRED
from tests.service import Answer

FAULT = b'{"message":"Unknown error while mapping batched identity","status":"unknown"}'
USER = "6bnjfis0XfGLD4gL3zNdHoUh07VHgiIWfcAksL4aLC4="
REFRESH_ONLY = ("refresh-optout@example.com", "+00000000002")
"""A batch maps these two whatever the records say."""
PHONE = "EYgbUgD8Fu9NiQZaSo7Ea1EjNE9ClW74BHj0hNuK/Mg="


def post(publisher: Publisher, body: bytes, **headers: str) -> Answer:
    return publisher.service.post("/v1/identity/map", headers={**BEARER, **headers}, body=body)


def batch(publisher: Publisher, **lists: object) -> Answer:
    return post(publisher, json.dumps(lists).encode())


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("key", ["generator", "disabled", "unknown"])
def test_a_map_takes_a_mapper_and_says_no_in_plain_text(publish: Publish, method: str, key: str) -> None:
    keys = (ApiKey("generator", roles=("generator", "id_reader")), ApiKey("disabled", disabled=True))
    service = publish("observed", Uid2Settings(keys=keys)).service
    answer = service.send(method, "/v1/identity/map", headers={"Authorization": f"Bearer {key}"})
    assert (answer.status, answer.body, answer.header("content-type")) == (401, b"Unauthorized", None)


def test_a_mapper_need_not_be_anything_else(publish: Publish) -> None:
    publisher = publish("observed", Uid2Settings(keys=(ApiKey("mapper", roles=("mapper",)),)))
    answer = publisher.get("/v1/identity/map", {"email": "a@b"}, {"Authorization": "Bearer mapper"})
    assert answer.status == 200


@pytest.mark.parametrize(
    ("name", "given", "advertised"),
    [
        ("email", " User@Example.com", USER),
        ("email_hash", "tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ=", USER),
        ("phone", "+12345678901", PHONE),
        ("phone_hash", "EObwtHBUqDNZR33LNSMdtt5cafsYFuGmuY4ZLenlue4=", PHONE),
    ],
)
def test_one_and_many_are_mapped_alike_and_echoed_as_they_came(
    either: Publisher, name: str, given: str, advertised: str
) -> None:
    one = either.get("/v1/identity/map", {name: given})
    assert (one.status, one.header("content-type")) == (200, "application/json")
    bucket = one.json["body"]["bucket_id"]
    expected = {"identifier": given, "advertising_id": advertised, "bucket_id": bucket}
    text = json.dumps({"body": expected, "status": "success"}, separators=(",", ":"))
    assert one.body == text.encode()
    assert batch(either, **{name: [given]}).json == {"body": {"mapped": [expected]}, "status": "success"}


@pytest.mark.parametrize(
    ("query", "body"), [({}, REQUIRED), ({"email": "a@b", "phone": ""}, REQUIRED), ({"email": "a"}, INVALID)]
)
def test_a_map_of_one_needs_one_identifier(either: Publisher, query: dict[str, str], body: bytes) -> None:
    answer = either.get("/v1/identity/map", query)
    assert (answer.status, answer.body) == (400, body)


@pytest.mark.parametrize(
    "who", ["optout@email.com", "optout@example.com", "refresh-optout@example.com", "out@example.com"]
)
def test_a_map_of_one_never_asks_for_opt_outs(publish: Publish, who: str) -> None:
    publisher = publish("observed", Uid2Settings(opted_out=("out@example.com",)))
    assert publisher.get("/v1/identity/map", {"email": who}).status == 200


def test_a_batch_leaves_out_what_cannot_be_mapped_and_says_why(publish: Publish) -> None:
    """Order and duplicates are kept in both lists (docs/sources/uid2.md §3.5, §4.3)."""
    publisher = publish("observed", Uid2Settings(opted_out=("out@example.com", "validate@example.com", *REFRESH_ONLY)))
    mails = [
        *("b@example.com", "no mail", "optout@email.com", "a@example.com", "out@example.com", "optout@example.com"),
        *("refresh-optout@example.com", "validate@example.com", "b@example.com", "no mail"),
    ]
    body = batch(publisher, email=mails).json["body"]
    assert [item["identifier"] for item in body["mapped"]] == [
        *("b@example.com", "a@example.com", "refresh-optout@example.com", "validate@example.com", "b@example.com")
    ]
    assert body["unmapped"] == [
        {"identifier": "no mail", "reason": "invalid identifier"},
        {"identifier": "optout@email.com", "reason": "optout"},
        {"identifier": "out@example.com", "reason": "optout"},
        {"identifier": "optout@example.com", "reason": "optout"},
        {"identifier": "no mail", "reason": "invalid identifier"},
    ]
    phones = batch(publisher, phone=["+00000000000", "+00000000002", "+12345678901"]).json["body"]
    assert [item["identifier"] for item in phones["mapped"]] == ["+00000000002", "+12345678901"]
    assert phones["unmapped"] == [{"identifier": "+00000000000", "reason": "optout"}]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="none"),
        pytest.param(b" ", id="blank"),
        pytest.param(b"{", id="broken"),
        pytest.param(b"{} {}", id="two"),
        pytest.param(b"{'email': []}", id="single quotes"),
        pytest.param(b"[]", id="array"),
        pytest.param(b'"email"', id="string"),
        pytest.param(b"1", id="number"),
        pytest.param(b"null", id="null"),
        pytest.param(b'{"email":[NaN]}', id="NaN"),
        pytest.param(b'{"email":[Infinity]}', id="Infinity"),
        pytest.param(b'{"email":["\xff"]}', id="not UTF-8"),
        pytest.param(b'{"email":["a\x01@b"]}', id="raw control character"),
        pytest.param(b'{"email":[' + b"1" * 1001 + b"]}", id="a number without an end"),
        pytest.param(b'{"email":[0.' + b"1" * 1001 + b"]}", id="a fraction without an end"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'{"email":[' + b"[" * 999 + b"]" * 999 + b"]}", id="1,001 levels, nested in the list"),
        pytest.param(b'{"email":[null]}', id="null in the list"),
        pytest.param(b'{"email":["a@b",null]}', id="null beside a mail"),
        pytest.param(b'{"phone":[null]}', id="null for a phone"),
    ],
)
def test_a_body_that_is_no_json_object_is_the_operator_s_own_500(either: Publisher, body: bytes) -> None:
    answer = post(either, body)
    assert (answer.status, answer.body, answer.header("content-type")) == (500, FAULT, "application/json")


@pytest.mark.parametrize("depth", [600, 998])
def test_an_element_is_read_as_deep_as_the_operator_s_parser_goes(either: Publisher, depth: int) -> None:
    """Jackson takes 1,000 levels, the object and the list among them, whatever Python's own parser takes."""
    element = "[" * depth + "]" * depth
    answer = post(either, f'{{"email":[{element}]}}'.encode())
    assert answer.status == 200
    assert answer.json["body"] == {
        "mapped": [],
        "unmapped": [{"identifier": element, "reason": "invalid identifier"}],
    }


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{}", id="empty object"),
        pytest.param(b'{"foo":1}', id="none of the four, where the operator hangs"),
        pytest.param(b'{"email":null}', id="null, where it hangs too"),
        pytest.param(b'{"EMAIL":["a@b"]}', id="names are case-sensitive here"),
        pytest.param(b'{"email":["a@b"],"phone":["+12345678901"]}', id="two lists"),
        pytest.param(b'{"email":[1],"email_hash":[1],"phone":[1],"phone_hash":[1]}', id="four lists"),
    ],
)
def test_exactly_one_list(either: Publisher, body: bytes) -> None:
    answer = post(either, body)
    assert (answer.status, answer.body) == (400, REQUIRED)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"email":"a@b"}', "email"),
        (b'{"email_hash":{}}', "email_hash"),
        (b'{"phone":0}', "phone"),
        (b'{"phone_hash":false}', "phone_hash"),
        (b'{"phone":1,"email":["a@b"]}', "phone"),
        (b'{"phone_hash":1,"email_hash":""}', "email_hash"),
    ],
)
def test_a_key_that_is_no_list_is_named_the_first_of_them(either: Publisher, body: bytes, name: str) -> None:
    answer = post(either, body)
    assert (answer.status, answer.json) == (400, {"message": f"{name} must be an array", "status": "client_error"})


@pytest.mark.parametrize("body", [b'{"email":[]}', b'{"email":[],"phone":[],"x":1}', b'{"phone_hash":[],"email":null}'])
def test_empty_lists_map_to_nothing(either: Publisher, body: bytes) -> None:
    answer = post(either, body)
    assert (answer.status, answer.body) == (200, b'{"body":{"mapped":[]},"status":"success"}')


@pytest.mark.parametrize(
    "body",
    [
        b'{"email":["a@b"],"phone":[]}',
        b'{"email":["a@b"],"policy":0,"optout_check":"x"}',
        b'\xef\xbb\xbf{"email":["a@b"]}',
    ],
    ids=["beside an empty list", "beside keys of another time", "behind a byte order mark"],
)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", ""])
def test_one_list_is_enough_and_the_content_type_does_not_matter(
    either: Publisher, body: bytes, content_type: str
) -> None:
    answer = post(either, body, **{"Content-Type": content_type})
    assert answer.status == 200
    assert [item["identifier"] for item in answer.json["body"]["mapped"]] == ["a@b"]


def test_a_multipart_body_is_not_read_as_json(either: Publisher) -> None:
    answer = post(either, b'{"email":["a@b"]}', **{"Content-Type": "Multipart/Form-Data; boundary=x"})
    assert (answer.status, answer.body) == (500, FAULT)


def test_what_is_no_string_is_taken_in_java_s_text_form(either: Publisher) -> None:
    """Even so, an object can be a mail."""
    answer = post(either, b'{"email":[1,1.50,1e10,true,{"a":null,"b":[]},[1,"x"],{"u@example.com":1}]}')
    assert [item["identifier"] for item in answer.json["body"]["unmapped"]] == [
        *("1", "1.5", "1.0E10", "true", "{a=null, b=[]}", "[1, x]")
    ]
    assert [item["identifier"] for item in answer.json["body"]["mapped"]] == ["{u@example.com=1}"]


def test_echoes_are_raw_utf_8_and_a_lone_surrogate_a_question_mark(either: Publisher) -> None:
    answer = post(either, b'{"email":["\\u65e5\\ud83d\\ude00@b","\\ud800@b"]}')
    assert '"identifier":"日😀@b"'.encode() in answer.body
    assert b'"identifier":"?@b"' in answer.body


def test_a_body_may_have_a_mebibyte_and_no_byte_more(either: Publisher) -> None:
    """Beyond it 413, before anybody asks for the key; both phrases are the operator's."""
    exact = b'{"email":["a@b"]}'.ljust(BODY_LIMIT)
    assert post(either, exact).status == 200
    for headers in (BEARER, STRANGER):
        answer = either.service.post("/v1/identity/map", headers=headers, body=exact + b" ")
        assert (answer.status, answer.reason, answer.body) == (413, "Request Entity Too Large", b"Request Too Long")
        assert answer.header("content-type") is None
        assert answer.header("vary") == "origin"
    assert either.service.send("GET", "/v1/identity/map", body=exact + b" ").status == 401


# --- buckets -----------------------------------------------------------------------------------


def buckets(publisher: Publisher, since: str) -> Answer:
    return publisher.get("/v1/identity/buckets", {"since_timestamp": since})


def test_buckets_take_a_mapper_and_say_no_in_plain_text(either: Publisher) -> None:
    answer = either.get("/v1/identity/buckets", {}, STRANGER)
    assert (answer.status, answer.body, answer.header("content-type")) == (401, b"Unauthorized", None)


def test_buckets_are_those_as_new_as_the_moment_or_newer(either: Publisher) -> None:
    everything = buckets(either, "2021-03-01T00:00:00").json["body"]
    assert len(everything) == 16
    assert everything[0]["last_updated"] == "2021-03-01T00:00:00.000"
    assert everything == sorted(everything, key=lambda bucket: str(bucket["last_updated"]))
    second = everything[1]["last_updated"]
    assert second == "2021-05-13T05:17:10.717"
    assert buckets(either, second).json["body"] == everything[1:]
    assert buckets(either, f"{second}000001").json["body"] == everything[2:]
    assert buckets(either, "-0001-01-01T00:00").json["body"] == everything
    empty = buckets(either, "+10000-01-01T00:00")
    assert (empty.status, empty.body) == (200, b'{"body":[],"status":"success"}')


def test_a_bucket_is_two_fields_and_the_one_that_map_names(either: Publisher) -> None:
    everything = buckets(either, "2021-03-01T00:00").json["body"]
    assert all(list(bucket) == ["bucket_id", "last_updated"] for bucket in everything)
    ids = [bucket["bucket_id"] for bucket in everything]
    assert len(set(ids)) == 16
    assert all(len(found) == 10 and found.isalnum() and found.isascii() for found in ids)
    mapped = [either.get("/v1/identity/map", {"email": f"u{n}@example.com"}).json["body"] for n in range(30)]
    assert {item["bucket_id"] for item in mapped} <= set(ids)
    assert len({item["bucket_id"] for item in mapped}) > 3


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "missing parameter since_timestamp"),
        ("?since=2021-03-01T00:00", "missing parameter since_timestamp"),
        ("?since_timestamp=", "invalid date, must conform to ISO 8601"),
        ("?since_timestamp=2021-03-01T00:00:00Z", "invalid date, must conform to ISO 8601"),
        ("?since_timestamp=2021-03-01", "invalid date, must conform to ISO 8601"),
        ("?since_timestamp=1614556800", "invalid date, must conform to ISO 8601"),
        ("?since_timestamp=2021-03-01+00:00", "invalid date, must conform to ISO 8601"),
    ],
)
def test_buckets_need_a_local_date_time(either: Publisher, query: str, message: str) -> None:
    answer = either.service.get(f"/v1/identity/buckets{query}", headers=BEARER)
    assert (answer.status, answer.json) == (400, {"message": message, "status": "client_error"})
