"""One source file a language, and every tag that is read from it: a grammar that changes is seen here."""

from pathlib import Path

import pytest

from services.mapping import grammars
from services.mapping.grammars import PACKAGES
from services.mapping.tags import extract
from tests.support.golden import render

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("language", sorted(PACKAGES))
def test_the_tags_of_a_language_are_those_written_down(language: str) -> None:
    source = next((GOLDEN / language).glob("source.*"))

    found = render(extract(source.read_bytes(), language=language))

    assert found == (GOLDEN / language / "expected.txt").read_text("utf-8")


IDIOMS = {
    "python": [
        "define class Clone @14(16)-51 | class Clone(Base, mixins.Sized[int], metaclass=Meta)",
        "define class Clone::Error",
        "define property Clone::size",
        "decorator app . route in <file>",
        "import ..'store.jobs' take JobStore as Store",
    ],
    "javascript": [
        "define function App @33-36 | export const App = ({ repos })",
        "import './x' take a as b exported",
        "import 'path' take sep as separator",
    ],
    "typescript": [
        "define function over @44-44 | export function over(a: string): void",
        "define function over @46-48 | export function over(a: unknown): void",
        "define module Names.Inner",
        "base io . Writer in Store",
    ],
    "tsx": ["call Row in List", "attribute Table . Body in List"],
    "go": [
        "define method Clone @37-41 | func (r *Repo) Clone(url string) error",
        "base sync . Mutex in Repo",
        "import 'gopkg.in/yaml.v3' as yaml",
    ],
    "rust": ["define method Repo::open", "base Open in Repo", "define macro row", "define method Open::close"],
    "c": [
        "define struct repo_t @8-13 | typedef struct repo repo_t",
        "define macro EACH",
        "define variable table",
        "define function find_row",
        "name getCommand in <file>",
    ],
    "cpp": ["define module graph::detail", "define method Repo::clone @25-32", "define constructor Repo::Repo"],
    "java": ["define constructor Store::Store", "base Reader in Store", "decorator Override in find"],
    "ruby": ["define class Graph::Store::Repo", "base Enumerable in Repo", "define method Repo::build"],
    "php": ["define trait Logs", "base Logs in Store", "define field Store::clock"],
    "csharp": ["define property Store::Name", "base IReader in Store", "import 'System.Text' take *"],
    "bash": ["define function main", "call clone_repo in main", "import './lib/log.sh'"],
}


@pytest.mark.parametrize("language", sorted(IDIOMS))
def test_the_idioms_of_a_language_are_understood(language: str) -> None:
    expected = (GOLDEN / language / "expected.txt").read_text("utf-8")

    assert [line for line in IDIOMS[language] if line not in expected] == []


@pytest.mark.parametrize("language", sorted(PACKAGES))
def test_a_large_file_is_read_like_a_small_one(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = next((GOLDEN / language).glob("source.*")).read_bytes()
    small = extract(content, language=language)

    monkeypatch.setattr(grammars, "MOST_IN_ORDER", 0)

    assert extract(content, language=language) == small
