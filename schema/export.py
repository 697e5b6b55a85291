"""Write `schema.graphql`, the checked-in text of the contract: `python -m schema.export`."""

from pathlib import Path
from typing import Final

from schema.contract import contract

PATH: Final = Path(__file__).with_name("schema.graphql")


def text() -> str:
    """Give the contract as GraphQL's schema language."""
    return contract().as_str() + "\n"


def main() -> None:
    """Write the file."""
    PATH.write_text(text())


if __name__ == "__main__":
    main()
