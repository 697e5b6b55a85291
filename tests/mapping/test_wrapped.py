"""Rust items inside item macros."""

import pytest

from services.mapping.wrapped import unwrapped


def test_items_in_a_macro_stand_where_they_stood_without_it() -> None:
    content = b"cfg_net! {\n    pub struct Stream { io: u8 }\n}\n"
    assert unwrapped(content) == b"          \n    pub struct Stream { io: u8 }\n \n"


def test_nested_macros_go_as_well() -> None:
    content = b"outer! {\n  inner! {\n    use a::b;\n  }\n}\n"
    assert unwrapped(content).split() == [b"use", b"a::b;"]
    assert len(unwrapped(content)) == len(content)


def test_a_brace_in_a_string_or_a_comment_closes_nothing() -> None:
    content = b"cfg! {\n  // }\n  pub fn f() -> &str { \"}\" }\n  pub fn g() -> char { '}' }\n}\nfn h() {}\n"
    assert unwrapped(content).endswith(b"\n \nfn h() {}\n")


def test_comments_and_attributes_may_come_before_the_first_item() -> None:
    content = b"cfg! {\n  /// Says {.\n  #[must_use]\n  pub fn f() {}\n}\n"
    assert unwrapped(content).startswith(b"      \n  /// Says {.")


@pytest.mark.parametrize(
    "content",
    [
        b"macro_rules! make {\n  () => { pub struct A; }\n}\n",
        b"fn f() {\n    select! {\n        a = b => c,\n    }\n}\n",
        b"cfg! {\n  pub fn f() {\n",
        b"let x = vec![1];\n",
    ],
)
def test_what_wraps_no_items_stays_as_it_is(content: bytes) -> None:
    assert unwrapped(content) == content


@pytest.mark.parametrize(
    "content",
    [b"a! {\n//" + b"/" * 500_000, b"a! {/*\n" * 70_000, b'a! {\n pub fn f() { "' + b'\\"' * 250_000, b'r#"' * 150_000],
    ids=["slashes", "comments", "quotes", "raw strings"],
)
@pytest.mark.timeout(5)
def test_a_hostile_file_costs_no_more_than_its_length(content: bytes) -> None:
    assert len(unwrapped(content + b"\na! {\n pub x")) == len(content) + 12
