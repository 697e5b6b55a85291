"""Where the checked-in text of the contract is; apart, so that reading it loads no contract."""

from pathlib import Path
from typing import Final

PATH: Final = Path(__file__).with_name("schema.graphql")
