"""aider's repository map over listed files, timed inside its own environment.

Run by `map_peers.py` with the interpreter of an environment that has `aider-chat`; writes JSON. Its token counter is
replaced by four characters a token, since its own downloads a vocabulary: that makes the peer faster, not slower.
"""

import json
import sys
import time
from pathlib import Path

from aider.io import InputOutput  # type: ignore[import-not-found]
from aider.repomap import RepoMap  # type: ignore[import-not-found]


class Model:
    """What aider asks of a model when it draws a map."""

    def token_count(self, text: str) -> int:
        return len(text) // 4


def draw(root: Path, files: list[str], tokens: int) -> tuple[float, str]:
    """Draw the map once and give the seconds and the text."""
    started = time.perf_counter()
    mapper = RepoMap(
        map_tokens=tokens,
        root=str(root),
        main_model=Model(),
        io=InputOutput(yes=True, pretty=False, fancy_input=False),
        refresh="always",
        max_context_window=None,
    )
    text = mapper.get_repo_map([], files) or ""
    return time.perf_counter() - started, text


def main() -> None:
    """Draw cold and warm: `aider_map.py ROOT TOKENS LISTING ANSWER`."""
    root, tokens, listing, answer = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
    files = [str(root / line) for line in listing.read_text("utf-8", "surrogateescape").splitlines()]
    cold, text = draw(root, files, tokens)
    warm, _ = draw(root, files, tokens)
    answer.write_text(json.dumps({"cold_seconds": cold, "warm_seconds": warm, "characters": len(text)}))


if __name__ == "__main__":
    main()
