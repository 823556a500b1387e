"""From a mail, a phone or a hash to an advertising id: the operator's own vectors (docs/sources/uid2.md §2)."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

import pytest

from simulator.apis.uid2.person import (
    IDENTIFIERS,
    IdentityType,
    advertising_id,
    canonical,
    identify,
    normalise_mail,
    person_named,
)


@pytest.mark.parametrize(
    ("given", "normalised", "hashed"),
    [
        ("TEst.TEST@Test.com ", "test.test@test.com", "dvECjPKZHya0/SIhSGwP0m8SgTv1vzLxPULUOsm880M="),
        ("TEst.TEst+123@GMail.Com", "testtest@gmail.com", "LkLfFrut8Tc3h/fIvYDiBKSbaMiau/DtaLBPQYszdMw="),
        ("test+test@test.com", "test+test@test.com", "rQ4yzdOz4uG8N54326QyZD6/JwqrXn4lmy34cVCojB8="),
        ("+test@test.com", "+test@test.com", "weFizOVVWKlLfyorbBU8oxYDv4HJtTZCPMyZ4THzUQE="),
        ("validate@email.com", "validate@email.com", "LdhtUlMQ58ZZy5YUqGPRQw5xUMS5dXG5ocJHYJHbAKI="),
        ("optout@email.com", "optout@email.com", "0rsCKuVNK9jy6uBb3IvhA9kuxBjTImg+tENjIHaZqNc="),
        ("validate@example.com", "validate@example.com", "ntI244ZRTXwAwpki6/M5cyBYW7h/Wq576lnN3l9+W/c="),
        ("optout@example.com", "optout@example.com", "DYsnJ8r5+cjRDHue98gIGDKvLIMuqAm/RRLODrjqK50="),
        (
            "refresh-optout@example.com",
            "refresh-optout@example.com",
            "NaNI8RU0bL1Jpp1jJLC5aJO/lchc6gGhgXQIAwJ7cV4=",
        ),
        ("user@example.com", "user@example.com", "tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ="),
    ],
)
def test_a_mail_is_normalised_then_hashed(given: str, normalised: str, hashed: str) -> None:
    assert normalise_mail(given) == normalised
    assert b64encode(sha256(normalised.encode()).digest()).decode() == hashed
    assert identify("email", given) == identify("email_hash", hashed)


@pytest.mark.parametrize(
    ("given", "normalised"),
    [
        pytest.param("  a@b.com", "a@b.com", id="leading blanks"),
        pytest.param("a b@c.com", "ab@c.com", id="blanks before the at sign go, wherever they are"),
        pytest.param("a @b.com", "a@b.com", id="also right before it"),
        pytest.param("a@ b.com", "a@ b.com", id="inner blanks of the domain stay"),
        pytest.param("a@b.com   ", "a@b.com", id="trailing ones go"),
        pytest.param("a@b .com ", "a@b .com", id="both"),
        pytest.param("a@b", "a@b", id="no dot"),
        pytest.param("..@b.com", "..@b.com", id="dots only"),
        pytest.param("+x@b.com", "+x@b.com", id="plus first"),
        pytest.param("😊t@t.com", "😊t@t.com", id="beyond the basic plane"),
        pytest.param("ÄÖ@X.com", "ÄÖ@x.com", id="only ASCII is lowered"),
        pytest.param("\u212aelvin@b.com", "\u212aelvin@b.com", id="the Kelvin sign is no K"),
        pytest.param("a\tb@c.com\t", "a\tb@c.com\t", id="a tab is a character"),
        pytest.param("a\u00a0@b.com", "a\u00a0@b.com", id="so is a no-break space"),
        pytest.param("a.b.c+d+e@gmail.com", "abc@gmail.com", id="Gmail: no dots, nothing from the first plus"),
        pytest.param("A.B@GMAIL.COM ", "ab@gmail.com", id="Gmail in capitals"),
        pytest.param("a.b+c@googlemail.com", "a.b+c@googlemail.com", id="Googlemail is not Gmail"),
        pytest.param("a.b+c@ gmail.com", "a.b+c@ gmail.com", id="a blank makes it another domain"),
        pytest.param("a.b@mail.gmail.com", "a.b@mail.gmail.com", id="a subdomain too"),
    ],
)
def test_what_normalisation_does_and_leaves(given: str, normalised: str) -> None:
    assert normalise_mail(given) == normalised


@pytest.mark.parametrize(
    "given",
    ["", " @", "@", "a@", "@b", "@b.com", "+", " ", "+@gmail.com", ".+@gmail.com", "a@ba@z.com", "a@  ", "a@@b", "a"],
)
def test_what_is_no_mail(given: str) -> None:
    assert normalise_mail(given) is None
    assert identify("email", given) is None


@pytest.mark.parametrize("given", ["+1234567890", "+12345678901", "+123456789012345", "+00000000000"])
def test_what_is_a_phone(given: str) -> None:
    person = identify("phone", given)
    assert person is not None
    assert person == identify("phone_hash", sha256(given.encode()).hexdigest())


@pytest.mark.parametrize(
    "given",
    [
        "",
        "+",
        "1234567890",
        "+123456789",
        "+1234567890123456",
        "+1234567890 ",
        " +1234567890",
        "555-555-5555",
        "+1 234 567 8901",
        "++1234567890",
        "+１２３４５６７８９０",
        "+1234567890\n",
    ],
)
def test_what_is_no_phone(given: str) -> None:
    """Nothing is normalised, and only ASCII digits are digits."""
    assert identify("phone", given) is None


HASH = "tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ="
RAW = bytes.fromhex("b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514")


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(HASH, id="base64"),
        pytest.param(RAW.hex(), id="hex"),
        pytest.param(RAW.hex().upper(), id="hex in capitals"),
        pytest.param(HASH[:-2] + "R=", id="other spare bits, same bytes"),
    ],
)
@pytest.mark.parametrize("parameter", ["email_hash", "phone_hash"])
def test_one_hash_in_many_spellings_is_one_person(parameter: str, given: str) -> None:
    person = identify(parameter, given)
    assert person is not None
    assert person == identify(parameter, HASH)


@pytest.mark.parametrize("given", ["A" * 44, "A" * 42 + "=="])
def test_how_many_bytes_a_hash_has_is_not_checked(given: str) -> None:
    """33 and 31 bytes, as long as there are 44 characters."""
    assert identify("email_hash", given) is not None


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("", id="empty"),
        pytest.param(HASH[:-1], id="43 characters"),
        pytest.param(HASH + "=", id="45 characters"),
        pytest.param(HASH.replace("/", "_"), id="the URL alphabet"),
        pytest.param(HASH.replace("/", " "), id="a blank"),
        pytest.param("A" * 41 + "===", id="three paddings"),
        pytest.param("A" * 20 + "=" + "A" * 23, id="padding inside"),
        pytest.param("A" * 43 + "é", id="not ASCII"),
        pytest.param("g" * 64, id="not hex"),
        pytest.param(RAW.hex()[:-1], id="63 digits"),
        pytest.param(RAW.hex()[:-1] + " ", id="64 with a blank"),
        pytest.param("user@example.com", id="a mail"),
    ],
)
@pytest.mark.parametrize("parameter", ["email_hash", "phone_hash"])
def test_what_is_no_hash(parameter: str, given: str) -> None:
    assert identify(parameter, given) is None


@pytest.mark.parametrize(
    ("given", "subject", "advertised"),
    [
        (
            "user@example.com",
            "email:sNucuuqRSevxEAlg4mdhE+VFd+d/XOb6N/kYA5QS/zE=",
            "6bnjfis0XfGLD4gL3zNdHoUh07VHgiIWfcAksL4aLC4=",
        ),
        (
            "+12345678901",
            "phone:urve3oGxLtO2WGhlQFKMzqhXOdYqSB53Rrgqpp9CFjY=",
            "EYgbUgD8Fu9NiQZaSo7Ea1EjNE9ClW74BHj0hNuK/Mg=",
        ),
    ],
)
def test_the_hash_chain_with_the_operator_s_local_salts(given: str, subject: str, advertised: str) -> None:
    person = person_named(given)
    assert person.subject == subject
    assert b64encode(advertising_id(person)).decode() == advertised


def test_the_same_hash_as_mail_and_as_phone_are_two_people() -> None:
    mail, phone = identify("email_hash", HASH), identify("phone_hash", HASH)
    assert mail is not None
    assert phone is not None
    assert (mail.type, phone.type) == (IdentityType.EMAIL, IdentityType.PHONE)
    assert mail != phone
    assert mail.subject != phone.subject


def test_the_identifiers_in_the_order_they_are_checked() -> None:
    assert IDENTIFIERS == ("email", "email_hash", "phone", "phone_hash")


def test_a_subject_is_canonical_and_stays_so() -> None:
    assert canonical("U.ser+x@Gmail.com ") == canonical("user@gmail.com")
    for text in ("user@example.com", "+12345678901"):
        assert canonical(canonical(text)) == canonical(text)


@pytest.mark.parametrize("text", ["", "user", "a@", "+1", "12345678901", "email:", "phone:abc", HASH])
def test_what_is_neither_mail_nor_phone_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="is not a mail address or a phone number"):
        canonical(text)
