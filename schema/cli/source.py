"""What a person may name on the command line: a URL, or a folder inside a local checkout."""

import re
from pathlib import Path
from typing import Final, TextIO

from services.errors import ErrorCode, InvalidUrlError
from services.mapping.patches import LONGEST, check
from services.settings import Settings

PATH_STARTS: Final = ("/", "./", "../", "~")
"""What begins so is meant as a path, and no URL begins so."""
_NO_URL: Final = re.compile(r"\s*[^\s/:@]*\s*")
"""One word, or nothing: every spelling of a repository has one of these characters."""
FOLDER_HINT: Final = "Give a folder that is here, owner/name, or a URL."


def resolve_source(source: str, *, any_folder: bool = False) -> str:
    """Give the URL as it is, or the absolute path of the checkout that a local folder lies in.

    A folder in no git repository is an InvalidUrlError, or stands for itself; a path that is no folder is one.
    """
    folder = _folder(source)
    if folder is None:
        if source.startswith(PATH_STARTS) or _NO_URL.fullmatch(source):
            raise InvalidUrlError(ErrorCode.INVALID_URL, f"There is no folder {source!r} here.", hint=FOLDER_HINT)
        return source
    absolute = folder.resolve()
    for candidate in (absolute, *absolute.parents):
        if (candidate / ".git").exists() or is_bare(candidate):
            return str(candidate)
    if any_folder:
        return str(absolute)
    raise InvalidUrlError(
        ErrorCode.INVALID_URL, f"{absolute} is not inside a git repository.", hint="Run `git init` and commit first."
    )


def _folder(source: str) -> Path | None:
    """Give the folder that is named, if one is; a URL may be too long for a name, `~x` nobody's home."""
    try:
        folder = Path(source).expanduser()
        return folder if source.strip() and folder.is_dir() else None
    except (OSError, RuntimeError):
        return None


def read_diff(file: TextIO | None) -> str:
    """Read a diff, and no more of it than is allowed; InvalidArgumentError for what is none."""
    diff = file.read(LONGEST + 1) if file else ""
    check(diff)
    return diff


def is_local(source: str) -> bool:
    """Whether a resolved source is a folder of this machine."""
    return source.startswith("/")


def settings_for(source: str, settings: Settings) -> Settings:
    """Open the `file` protocol when, and only when, the person named a local folder."""
    if not is_local(source):
        return settings
    protocols = {name.strip() for name in settings.allow_protocols.split(",") if name.strip()} | {"file"}
    return settings.model_copy(update={"allow_protocols": ",".join(sorted(protocols))})


def is_bare(folder: Path) -> bool:
    """Whether a folder is a repository without a working tree."""
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()
