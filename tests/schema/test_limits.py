"""What a document may cost is known before it runs, in time linear in its text."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query, parse

from schema.app import create_app
from schema.contract import contract
from schema.cost import Measure, Meter
from schema.guard import refuse
from schema.limits import Limits
from tests.support.running import local_settings


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


def test_a_tree_costs_what_it_may_have_at_most() -> None:
    tree = """query ($most: Int) { node(id: 1) { ... on Snapshot { tree(depth: 3, most: $most) {
      path name isDirectory files lines sizeBytes rank
      extensions { extension files lines sizeBytes } languages { language files lines sizeBytes } } } } }"""
    assert refuse(measured(tree), Limits()) is None
    assert refuse(measured(tree, most=2_000), Limits()) is not None
    assert refuse(measured("{ node(id: 1) { ... on Snapshot { tree(most: 2000) { path files } } } }"), Limits()) is None
    assert measured(tree, most=10).cost < measured(tree).cost / 50


def test_an_outlines_rows_are_bounded_by_its_tokens() -> None:
    rows = "query ($t: Int) { node(id: 1) { ... on Snapshot { repoMap(tokens: $t) { text files { path } } } } }"
    assert measured(rows, t=200_000).cost - measured(rows, t=8_192).cost > (200_000 - 8_192) / 32
    text = rows.replace(" files { path }", "")
    assert measured(text, t=200_000) == measured(text, t=1)


def test_the_symbols_of_the_largest_outline_that_a_page_offers_may_be_asked_for() -> None:
    rows = """query ($t: Int) { repository(id: "x") { snapshot { repoMap(tokens: $t) {
      etag files { symbols { line rank why symbol { id kind name } } } } } } }"""
    assert refuse(measured(rows, t=32_768), Limits()) is None
    assert refuse(measured(rows, t=65_536), Limits()) is not None


def test_the_rows_of_a_comparison_are_bounded_by_its_tokens() -> None:
    rows = """query ($t: Int) { node(id: 1) { ... on Snapshot { diff(base: "main", tokens: $t) {
      text changes { kind after { name path startLine signature } callers { untouched reference { path line } } }
      renames { before after } } } } }"""
    assert refuse(measured(rows, t=8_192), Limits()) is None
    assert refuse(measured(rows, t=200_000), Limits()) is not None
    text = 'query ($t: Int) { node(id: 1) { ... on Snapshot { diff(base: "main", tokens: $t) { text } } } }'
    assert measured(text, t=200_000) == measured(text, t=1)


def test_a_live_map_costs_what_its_outline_would() -> None:
    rows = "subscription ($t: Int) { repoMapChanged(repositoryId: 1, tokens: $t) { repoMap { text files { path } } } }"
    assert measured(rows, t=200_000).cost - measured(rows, t=8_192).cost > (200_000 - 8_192) / 32
    text = rows.replace(" files { path }", "")
    assert measured(text, t=200_000) == measured(text, t=1)
    assert measured(text, t=1).cost > 500


def test_what_is_left_out_by_a_directive_costs_as_if_it_were_there() -> None:
    page = "{ jobs(first: 300) %s { nodes { attempt } } }"
    assert measured(page % "@include(if: false)") == measured(page % "")


def test_a_thing_of_any_kind_costs_what_all_its_kinds_would() -> None:
    one, other = "... on Repository { jobs { nodes { id } } }", "... on Symbol { callers { nodes { line } } }"
    costs = [measured(f"{{ node(id: 1) {{ {part} }} }}").cost for part in (one, other, one + other)]
    assert costs[2] > max(costs[:2])


def test_only_the_operation_that_would_run_is_measured() -> None:
    document = parse("query A { __typename } query B { jobs(first: 300) { nodes { id } } }")
    meter = Meter(contract().types, document, variables={}, deepest=20)
    assert meter.measure("A").objects == 1
    assert meter.measure("B").objects > 300
    assert meter.measure("C").objects == 0


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


@pytest.mark.anyio
async def test_every_answer_that_was_measured_says_its_cost() -> None:
    told = {"cost": {"requested": 1, "limit": Limits().cost}}
    assert (await contract().execute("{ __typename }")).extensions == told
    assert (await contract().execute("{ __typename @skip }")).extensions == told
    refused = await contract().execute("{ jobs(first: 500) { nodes { repository { jobs(first: 500) { nodes { id }}}}}}")
    assert (refused.extensions or {})["cost"]["requested"] > 250_000


@pytest.mark.anyio
async def test_the_events_of_a_subscription_do_not_repeat_its_cost() -> None:
    document = "subscription { jobProgress(id: 1, maxRateHz: true) { kind } }"
    stream = await contract().subscribe(document)
    assert [result.extensions async for result in stream] == [{}]


@pytest.mark.anyio
async def test_the_limits_are_what_the_operator_set(tmp_path: Path) -> None:
    settings = local_settings(tmp_path, query_cost=50, query_depth=3, query_root_fields=2)
    limits = Limits.from_settings(settings)
    app = create_app(settings)
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 1))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as web,
    ):

        async def answered(document: str) -> dict[str, Any]:
            body: dict[str, Any] = (await web.post("/graphql", json={"query": document})).json()
            return body

        told = await answered("{ server { limits { cost depth rootFields } } }")
        assert told["data"]["server"]["limits"] == {"cost": 50, "depth": 3, "rootFields": 2}
        assert told["extensions"]["cost"]["limit"] == limits.cost == 50
        assert "above 50" in (await answered("{ jobs(first: 60) { totalCount nodes { id } } }"))["errors"][0]["message"]
        assert "above 2" in (await answered("{ a: __typename b: __typename c: __typename }"))["errors"][0]["message"]
