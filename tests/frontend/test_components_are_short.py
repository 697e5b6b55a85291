"""A component, its markup and its style together, can be read on one screen."""

from pathlib import Path

LONGEST = 100


def test_no_component_is_longer_than_a_hundred_lines(sources: Path) -> None:
    found = sorted((sources / "src").rglob("*.svelte"))
    lengths = {f"{path.relative_to(sources)}": len(path.read_text().splitlines()) for path in found}
    assert lengths
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}
