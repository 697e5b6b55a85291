"""The official audits of the GraphQL-over-HTTP specification, all of them."""

from tests.support.node import node_client


def test_all_audits_of_the_specification_hold(server_url: str) -> None:
    with node_client("audits.mjs", f"{server_url}/graphql") as audits:
        results = list(audits)
    assert [(one["id"], one["name"], one["reason"]) for one in results if one["status"] != "ok"] == []
    assert len(results) == 61
