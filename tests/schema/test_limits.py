"""What a document may cost is known before it runs, in time linear in its text."""

import pytest
from graphql import get_introspection_query, parse

from schema.contract import contract
from schema.limits import Limits, Measure, Meter, refuse


def measured(document: str, **variables: object) -> Measure:
    return Meter(contract().types, parse(document), variables=variables, deepest=Limits().depth).measure()


def test_the_cost_is_the_product_of_the_page_sizes() -> None:
    inner = measured("{ repositories(first: 10) { nodes { jobs(first: 7) { nodes { attempt } } } } }")
    outer = measured("{ repositories(first: 20) { nodes { jobs(first: 7) { nodes { attempt } } } } }")
    assert 10 * 7 < inner.cost < 10 * 7 * 3
    assert outer.cost - 1 == 2 * (inner.cost - 1)


def test_a_page_size_in_a_variable_counts_like_one_in_the_text() -> None:
    written = measured("{ jobs(first: 300) { nodes { attempt } } }")
    assert measured("query ($n: Int) { jobs(first: $n) { nodes { attempt } } }", n=300) == written
    assert measured("query ($n: Int = 300) { jobs(first: $n) { nodes { attempt } } }") == written
    assert measured("query ($n: Int) { jobs(first: $n) { nodes { attempt } } }", n=300.0) == written


def test_an_absurd_page_size_is_still_a_number() -> None:
    assert refuse(measured("query ($n: Int) { jobs(first: $n) { nodes { attempt } } }", n=1e300), Limits()) is not None


def test_a_page_without_a_size_counts_its_default() -> None:
    assert measured("{ jobs { nodes { attempt } } }") == measured("{ jobs(first: 50) { nodes { attempt } } }")


def test_pages_within_pages_are_refused_with_their_cost() -> None:
    document = "{ repositories(first: 60) { nodes { jobs(first: 60) { nodes { phases { current } } } } } }"
    refusal = refuse(measured(document), Limits())
    assert refusal is not None
    assert refusal.extensions is not None
    assert refusal.extensions["code"] == "QUERY_TOO_COSTLY"
    assert refusal.extensions["cost"] > 60 * 60
    assert refusal.extensions["limit"] == Limits().cost


def test_a_fragment_is_measured_once_however_often_it_is_spread() -> None:
    spreads = " ".join(f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(15))
    document = f"{{ ...F0 }} {spreads} fragment F15 on Query {{ server {{ version }} }}"
    assert measured(document).fields == 2**15


def test_a_fragment_that_spreads_itself_ends() -> None:
    assert measured("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }").cost == 0


def test_the_page_size_reaches_through_a_fragment() -> None:
    spread = "{ jobs(first: 400) { ...J } } fragment J on JobConnection { nodes { attempt } }"
    assert measured(spread) == measured("{ jobs(first: 400) { nodes { attempt } } }")


def test_depth_and_aliases_have_limits() -> None:
    snapshot = "repository(id: 1) { snapshot { symbols { nodes { callers { nodes { from { "
    deep = "{" + snapshot + "callers { nodes { from { " * 5 + "name" + "}" * (7 + 15) + "}"
    aliases = "{ server { " + " ".join(f"a{i}: version" for i in range(60)) + " } }"
    assert "depth" in str(refuse(measured(deep), Limits(cost=10**12)))
    assert "aliases" in str(refuse(measured(aliases), Limits()))


def test_reading_sources_weighs_more_than_reading_names() -> None:
    page = "{{ node(id: 1) {{ ... on Snapshot {{ symbols(first: 250) {{ nodes {{ {} }} }} }} }} }}"
    assert refuse(measured(page.format("name")), Limits()) is None
    assert refuse(measured(page.format("source")), Limits()) is not None


def test_tools_may_read_the_whole_schema() -> None:
    document = get_introspection_query(specified_by_url=True, input_value_deprecation=True)
    assert refuse(measured(document), Limits()) is None


async def refused_by_the_schema(document: str) -> object:
    result = await contract().execute(document)
    assert result.errors
    return (result.errors[0].extensions or {}).get("code")


@pytest.mark.anyio
async def test_a_costly_document_never_runs() -> None:
    assert await refused_by_the_schema("{ jobs(first: 500) { nodes { repository { jobs(first: 500) { nodes { id }}}}}}")


@pytest.mark.anyio
async def test_a_very_long_document_is_not_parsed_to_its_end() -> None:
    assert await refused_by_the_schema("{" + "server { version } " * 2000 + "}") == "QUERY_TOO_COSTLY"


@pytest.mark.anyio
async def test_a_very_deep_document_is_not_parsed_to_its_end() -> None:
    assert await refused_by_the_schema("{" + "a {" * 900 + "a" + "}" * 901) == "QUERY_TOO_COSTLY"
