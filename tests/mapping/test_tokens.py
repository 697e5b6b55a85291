"""Counts are exact, come from a package, and add up over lines."""

import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.mapping.lines import Lines, unslashed
from services.mapping.tokens import count, count_lines, encoding
from services.mapping.views import Tokenizer


@pytest.mark.parametrize(
    ("tokenizer", "expected"),
    [
        # Published by the makers of the vocabularies for this sentence.
        (Tokenizer.O200K_BASE, [24912, 2375]),
        (Tokenizer.CL100K_BASE, [15339, 1917]),
    ],
)
def test_the_vocabularies_are_the_real_ones(tokenizer: Tokenizer, expected: list[int]) -> None:
    assert encoding(tokenizer).encode_ordinary("hello world") == expected


@settings(max_examples=60, deadline=None)
@given(
    lines=st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1, max_size=40), min_size=1
    ),
    tokenizer=st.sampled_from(Tokenizer),
)
@example(lines=["_"], tokenizer=Tokenizer.O200K_BASE)  # an underscore is no letter to a vocabulary
@example(lines=["f()", "/users"], tokenizer=Tokenizer.O200K_BASE)  # which joins a slash to the newline before
@example(lines=["<|endoftext|>"], tokenizer=Tokenizer.CL100K_BASE)
def test_the_tokens_of_blocks_are_the_sum_over_their_lines(lines: list[str], tokenizer: Tokenizer) -> None:
    counter = Lines(0, lambda _: ("", ""), tokenizer)
    safe = [unslashed("".join(filter(str.isprintable, line)).strip() or "?") for line in lines]
    text = "".join(f"{line}\n\n" for line in safe)
    assert count(text, tokenizer) == sum(counter.counted(line) + counter.ending(line) for line in safe)
    assert count_lines(safe, tokenizer).tolist() == [counter.counted(line) for line in safe]


def test_counting_opens_no_connection() -> None:
    program = (
        "import socket\n"
        "def refuse(*_, **__): raise AssertionError('a connection')\n"
        "socket.socket.connect = refuse\n"
        "from services.mapping.tokens import count\n"
        "from services.mapping.views import Tokenizer\n"
        "print([count('def main():', one) for one in Tokenizer])"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[3, 3]"
