"""What a comparison tells, as short as a test wants to say it."""

from services.mapping.change_views import MapDiff, SymbolChange
from services.mapping.views import Symbol


def told(found: MapDiff) -> set[tuple[str, str]]:
    """Give kind and qualified name of every change."""
    return {(change.kind.value, name_of(change)) for change in found.changes}


def name_of(change: SymbolChange) -> str:
    return shown(change).qualified_name


def shown(change: SymbolChange) -> Symbol:
    """Give the symbol whose line stands in the text."""
    symbol = change.after or change.before
    assert symbol is not None
    return symbol
