"""Counts are exact, come from a package, and add up over lines."""

import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.mapping.sheet import Lines
from services.mapping.tokens import count, encoding
from services.mapping.views import Tokenizer
from tests.support.records import snapshot


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
def test_the_tokens_of_blocks_are_the_sum_over_their_lines(lines: list[str], tokenizer: Tokenizer) -> None:
    counter = Lines(snapshot(), tokenizer)
    counted = [
        counter.counted(f"{at} {''.join(filter(str.isprintable, line)).strip()}") for at, line in enumerate(lines)
    ]
    text = "".join(f"{line.text}\n\n" for line in counted)
    assert count(text, tokenizer) == sum(line.tokens + line.ending for line in counted)


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
