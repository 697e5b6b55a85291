"""The version that is running, also from a checkout that was never installed."""

from importlib.metadata import PackageNotFoundError, version
from typing import Final

NOT_INSTALLED: Final = "0+checkout"


def product_version() -> str:
    """Give the version of the installed distribution."""
    try:
        return version("graticule")
    except PackageNotFoundError:
        return NOT_INSTALLED
