"""What a person may name on the command line: a URL, or a folder inside a local checkout."""

from pathlib import Path

from services.errors import ErrorCode, InvalidUrlError
from services.settings import Settings


def resolve_source(source: str) -> str:
    """Give the URL as it is, or the absolute path of the checkout that a local folder lies in.

    Raises InvalidUrlError for a folder that is in no git repository.
    """
    folder = Path(source).expanduser()
    if not folder.is_dir():
        return source
    absolute = folder.resolve()
    for candidate in (absolute, *absolute.parents):
        if (candidate / ".git").exists() or _is_bare(candidate):
            return str(candidate)
    raise InvalidUrlError(
        ErrorCode.INVALID_URL, f"{absolute} is not inside a git repository.", hint="Run `git init` and commit first."
    )


def is_local(source: str) -> bool:
    """Whether a resolved source is a folder of this machine."""
    return source.startswith("/")


def settings_for(source: str, settings: Settings) -> Settings:
    """Open the `file` protocol when, and only when, the person named a local folder."""
    if not is_local(source):
        return settings
    protocols = {name.strip() for name in settings.allow_protocols.split(",") if name.strip()} | {"file"}
    return settings.model_copy(update={"allow_protocols": ",".join(sorted(protocols))})


def _is_bare(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()
