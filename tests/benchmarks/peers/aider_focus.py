"""aider's repository map for a message, one request a line, inside aider's own environment.

Run by `focus.py` with the interpreter of an environment that has `aider-chat`. A request is a line of JSON
with `root`, `files`, `text` and `budgets`; the answer has `ranking`, the files in the order of its ranked
tags, and `shown`, the files on the map at each budget. What is mentioned is found by aider's own methods.
Its tags are cached by path and time of change, as in daily use. The ranking is computed once a request and
rendered at each budget; the token counter is four characters a token, since its own downloads a vocabulary.
"""

import contextlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aider.coders.base_coder import Coder  # type: ignore[import-not-found]
from aider.io import InputOutput  # type: ignore[import-not-found]
from aider.repomap import RepoMap  # type: ignore[import-not-found]


class Model:
    """What aider asks of a model when it draws a map."""

    def token_count(self, text: str) -> int:
        return len(text) // 4


class Chat:
    """What aider's methods ask of a chat when they look for what a message mentions."""

    def __init__(self, files: Sequence[str]) -> None:
        self._files = list(files)

    def get_all_relative_files(self) -> list[str]:
        return self._files


def mentioned(text: str, files: Sequence[str]) -> tuple[set[str], set[str]]:
    """Give the files and identifiers that aider takes a message to mention."""
    chat = Chat(files)
    identifiers: set[str] = Coder.get_ident_mentions(chat, text)
    names: set[str] = Coder.get_file_mentions(chat, text, ignore_current=True)
    return names | Coder.get_ident_filename_matches(chat, identifiers), identifiers


def answer(mapper: Any, request: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - aider's map has no types
    """Rank once, draw at each budget."""
    files = [str(Path(request["root"]) / path) for path in request["files"]]
    names, identifiers = mentioned(request["text"], request["files"])
    ranked = RepoMap.get_ranked_tags(mapper, [], files, names, identifiers, progress=lambda _: None)
    mapper.get_ranked_tags = lambda *_, **__: ranked
    known = set(request["files"])
    shown: dict[int, list[str]] = {}
    for budget in request["budgets"]:
        text = mapper.get_ranked_tags_map_uncached([], files, budget, names, identifiers) or ""
        shown[budget] = sorted(known & {line.removesuffix(":") for line in text.splitlines()})
    return {"ranking": list(dict.fromkeys(tag[0] for tag in ranked)), "shown": shown}


def main() -> None:
    """Answer requests until there are no more."""
    mapper = None
    for line in sys.stdin:
        request = json.loads(line)
        with contextlib.redirect_stdout(sys.stderr):
            mapper = mapper or RepoMap(
                map_tokens=1024,
                root=request["root"],
                main_model=Model(),
                io=InputOutput(yes=True, pretty=False, fancy_input=False),
                refresh="always",
            )
            answered = answer(mapper, request)
        sys.stdout.write(json.dumps(answered) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
