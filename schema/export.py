"""Write `schema.graphql`, the checked-in text of the contract: `python -m schema.export`."""

from schema.contract import contract
from schema.sdl import PATH


def text() -> str:
    """Give the contract as GraphQL's schema language."""
    return contract().as_str() + "\n"


def main() -> None:
    """Write the file."""
    PATH.write_text(text())


if __name__ == "__main__":
    main()
