"""Every document that a page sends is valid against the checked-in schema."""

from collections.abc import Sequence
from pathlib import Path

from graphql import DocumentNode, GraphQLError, build_schema, concat_ast, parse, validate

EXAMPLE_TABS = 5


def problems(documents: Sequence[DocumentNode], contract: str) -> list[GraphQLError]:
    return validate(build_schema(contract), concat_ast(documents))


def parsed(folder: Path) -> list[DocumentNode]:
    return [parse(path.read_text()) for path in sorted(folder.glob("*.graphql"))]


def test_the_dashboard_asks_only_what_the_schema_answers(sources: Path, contract: str) -> None:
    documents = parsed(sources / "src" / "documents")
    assert documents
    assert problems(documents, contract) == []


def test_every_example_in_graphiql_is_valid_by_itself(sources: Path, contract: str) -> None:
    documents = parsed(sources / "graphiql" / "examples")
    assert len(documents) == EXAMPLE_TABS
    assert [problem for document in documents for problem in problems([document], contract)] == []
