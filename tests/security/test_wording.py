"""What strangers write, before a person or a log sees it."""

import base64
import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.acquire.wording import HIDDEN, clean

TEXT = st.text(max_size=700)
SECRETS = st.text(st.characters(exclude_characters=HIDDEN, exclude_categories=["Cs", "Cc"]), min_size=8, max_size=60)
USERINFO = re.compile(r"[a-z][a-z0-9+.-]{0,20}://[^\s/?#]*@", re.IGNORECASE)
PIECES = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            ["https://", "@", ":", "/", "Authorization: ", "Basic ", "\x1b[31m", "\u202e", "\n", "%25", "ht"]
        ),
    ),
    max_size=30,
).map("".join)


@given(PIECES)
def test_what_leaves_is_short_and_printable_and_has_no_user_in_a_url(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) <= 500
    assert cleaned.isprintable()
    assert not USERINFO.search(cleaned)
    assert clean(cleaned) == cleaned


@given(TEXT, TEXT, SECRETS)
def test_a_secret_never_leaves_as_it_is_nor_percent_encoded(before: str, after: str, secret: str) -> None:
    everywhere = "".join(f"%{byte:02x}" for byte in secret.encode())
    for form in (secret, quote(secret), quote(secret, safe=""), quote(quote(secret, safe=""), safe=""), everywhere):
        cleaned = clean(f"{before[:200]}{form}{after}", [secret])
        assert form.lower() not in cleaned.lower()
        assert secret not in cleaned


@given(st.binary(max_size=20), st.binary(max_size=20), st.text("abcdefghijklmnopqrstuvwxyz0123456789_-", min_size=8))
def test_a_secret_never_leaves_inside_base64(before: bytes, after: bytes, secret: str) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        written = encode(before + secret.encode() + after).decode()
        cleaned = clean(f"you sent {written}!", [secret])
        assert HIDDEN in cleaned
        for piece in re.findall(r"[A-Za-z0-9+/_-]{4,}", cleaned):
            standard = piece[: len(piece) // 4 * 4].replace("-", "+").replace("_", "/")
            assert secret.encode() not in base64.b64decode(standard)


@given(PIECES, st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40))
def test_what_follows_authorization_never_leaves(before: str, value: str) -> None:
    for written in (f"Authorization: {value}", f'"authorization":"{value}"', f"AUTHORIZATION%3A{value}"):
        cleaned = clean(f"{before} {written}")
        found = re.search(r"authorization[\"']?\s*(?:[:=]|%3a)\s*(.*)", cleaned, re.IGNORECASE)
        assert found is None or found[1] in {"", HIDDEN} or len(cleaned) == 500


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x1b[31mb\u202ec\x9bd\te\u200bf\U000e0041g\xadh", "a[31mbcdefgh"),
        ("fatal: unable to access 'https://me:hush-4711@host/x'", "fatal: unable to access 'https://host/x'"),
        ("hush-4711", "…"),
        ("HUSH%2D4711 and %68ush-4711", "… and …"),
        ("Authorization: Basic eDpodXNoLTQ3MTE=", "Authorization: …"),
        ("ht\u200btps://a:b@c", "https://c"),
        ("hush\u200b-4711", "…"),
        ("mail me@example.org", "mail me@example.org"),
        ("x" * 9999, "x" * 500),
    ],
)
def test_a_line_is_cleaned(text: str, cleaned: str) -> None:
    assert clean(text, ["hush-4711"]) == cleaned


def test_a_secret_that_is_cut_off_by_the_bound_is_hidden_first() -> None:
    secret = "s" * 300 + "t" * 500
    assert "sss" not in clean(f"{'x' * 400}{secret}", [secret])
