"""Which of our media types a client takes: the `Accept` header of RFC 9110, section 12.5.1.

The quality of a type is that of the most specific range that matches it. Whoever takes anything gets
`application/json`, which every client can read; an event stream goes only to who names one.
"""

import re
from dataclasses import dataclass
from typing import Final

JSON: Final = "application/json"
RESPONSE: Final = "application/graphql-response+json"
EVENT_STREAM: Final = "text/event-stream"

_NAMED: Final = 2
_ORDER: Final = (RESPONSE, JSON, EVENT_STREAM)
"""What is named comes in this order when its quality is the same."""

_MEMBER: Final = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_RANGE: Final = re.compile(r"\s*([\w!#$&^.+*-]+)/([\w!#$&^.+*-]+)\s*(;.*)?", re.ASCII | re.DOTALL)
_QUALITY: Final = re.compile(r";\s*[qQ]\s*=\s*([^\s;]*)")
_WEIGHT: Final = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


@dataclass(frozen=True, slots=True)
class _Range:
    kind: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int | None:
        """Give 2 for the type itself, 1 for its kind, 0 for anything, None when it does not match."""
        kind, subtype = media_type.split("/")
        if (self.kind, self.subtype) == (kind, subtype):
            return _NAMED
        if (self.kind, self.subtype) == (kind, "*"):
            return 1
        return 0 if (self.kind, self.subtype) == ("*", "*") and media_type != EVENT_STREAM else None


def acceptable(accept: str | None) -> tuple[str, ...]:
    """Give those of our types that the header takes, best first; what is no media range in it is passed over."""
    if accept is None or not accept.strip():
        return (JSON,)
    ranges = [found for member in _MEMBER.findall(accept) if (found := _read(member))]
    ranked = [rank for media_type in _ORDER if (rank := _rank(media_type, ranges))]
    return tuple(media_type for *_, media_type in sorted(ranked))


def _rank(media_type: str, ranges: list[_Range]) -> tuple[float, int, int, str] | None:
    """Give what to sort a type by; None when it is not taken."""
    matches = [(level, one.quality) for one in ranges if (level := one.specificity(media_type)) is not None]
    level, quality = max(matches, default=(0, 0.0))
    if not quality:
        return None
    order = _ORDER.index(media_type) if level == _NAMED else media_type != JSON
    return -quality, -level, order, media_type


def _read(member: str) -> _Range | None:
    found = _RANGE.fullmatch(member)
    if found is None:
        return None
    weight = _QUALITY.search(found[3] or "")
    if weight and not _WEIGHT.fullmatch(weight[1]):
        return None
    return _Range(found[1].lower(), found[2].lower(), float(weight[1]) if weight else 1.0)
