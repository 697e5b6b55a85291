"""The documentation as a site: `scripts/site`, into `dist/site`.

The pages are written to be read in the repository; here they are laid beside each other, with the documents of its
root among them, and links to other files of the repository become their names. Zensical ends with an error when a
link leads nowhere.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
FROM_ROOT: Final = {"README.md": "readme.md", "CHANGELOG.md": "changelog.md", "SECURITY.md": "reporting.md"}
LINK: Final = re.compile(r"(?<!!)\[([^\]]+)\]\(((?!https?:)[^)#\s]*)(#[^)]*)?\)")


def stage(folder: Path) -> None:
    """Lay the pages out in a folder that is emptied first: its `pages/`, and the configuration beside them."""
    shutil.rmtree(folder, ignore_errors=True)
    pages = folder / "pages"
    shutil.copytree(DOCS, pages, ignore=shutil.ignore_patterns("*.toml"))
    shutil.copy(DOCS / "site.toml", folder / "zensical.toml")
    sources = {ROOT / name: page for name, page in FROM_ROOT.items()} | {page: page.name for page in DOCS.glob("*.md")}
    for source, name in sources.items():
        text = source.read_text().replace("(docs/images/", "(images/")
        (pages / name).write_text(_linked(text, source.parent))


def build(folder: Path) -> Path:
    """Build the site in a staged folder, and give where it is; CalledProcessError when a link leads nowhere."""
    zensical = Path(sys.executable).with_name("zensical")
    subprocess.run([zensical, "build", "--strict"], cwd=folder, check=True)
    return folder / "site"


def _linked(text: str, folder: Path) -> str:
    """Let links between pages lead to where they are on the site."""

    def link(match: re.Match[str]) -> str:
        words, target, anchor = match[1], match[2], match[3] or ""
        if not target:
            return match[0]
        path = (folder / target).resolve()
        if path.parent == DOCS and path.suffix == ".md":
            return f"[{words}]({path.name}{anchor})"
        if path.parent == ROOT and path.name in FROM_ROOT:
            return f"[{words}]({FROM_ROOT[path.name]}{anchor})"
        return words

    return LINK.sub(link, text)


def main() -> None:
    """Build it."""
    folder = ROOT / "dist" / "documentation"
    stage(folder)
    target = ROOT / "dist" / "site"
    shutil.rmtree(target, ignore_errors=True)
    build(folder).rename(target)


if __name__ == "__main__":
    main()
