"""A document that was seen before is neither parsed nor validated again, and never escapes the guard."""

import pytest

from schema.contract import contract
from schema.limits import Limits
from schema.prepared import LONGEST_KEPT, Prepared, prepare

pytestmark = pytest.mark.anyio


def kept(document: str) -> Prepared:
    return prepare(document, Limits().tokens)


async def first_error(document: str, **variables: object) -> str:
    result = await contract().execute(document, variable_values=variables)
    assert result.errors
    return result.errors[0].message


async def test_a_valid_document_is_kept() -> None:
    document = "query KeptOne { __typename }"
    assert (await contract().execute(document)).data == {"__typename": "Query"}
    assert kept(document).valid
    assert (await contract().execute(document)).data == {"__typename": "Query"}


async def test_a_mistake_is_reported_every_time() -> None:
    for _ in range(2):
        assert "Cannot query field" in await first_error("query KeptTwo { nothing }")
        assert "Syntax Error" in await first_error("query KeptThree {")
    assert not kept("query KeptTwo { nothing }").valid


async def test_the_guard_sees_the_variables_of_a_kept_document() -> None:
    document = "query KeptFour($n: Int) { __typename jobs(first: $n) @include(if: false) { nodes { id } } }"
    assert (await contract().execute(document, variable_values={"n": 1})).errors is None
    assert "cost" in await first_error(document, n=40_000)


async def test_a_long_text_is_not_kept() -> None:
    before = prepare.cache_info().currsize
    await contract().execute("{ __typename } #" + "x" * LONGEST_KEPT)
    assert prepare.cache_info().currsize == before
