"""Where an attempt works: its folder, the remote it talks to, and how git is told about both.

A remote may be known under another spelling, or have moved: the work is tried again at a desk for
each place, under the same policy, and the repository keeps the name it was asked for under.
"""

import asyncio
import math
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from services.acquire import authorities, git
from services.acquire.addresses import PinnedRemote, Resolve, pin
from services.acquire.credentials import Credential, Credentials
from services.acquire.environment import GitEnvironment
from services.acquire.folders import Folders, delete
from services.acquire.git import GitLimits, in_thread
from services.acquire.policy import WEB_SCHEMES
from services.acquire.private_config import PrivateConfig, header_config, private_config, safe_directory_config
from services.acquire.redirects import RedirectNotAllowedError, check_hops, next_remote
from services.acquire.remotes import Remote, RemotePolicy
from services.errors import AcquireError, ErrorCode, GraticuleError, NotAllowedError

ResultT = TypeVar("ResultT")

_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
# Answers that another spelling of the same repository (with or without .git) may turn into a good one.
_SPELLING_CODES: Final = frozenset(
    {ErrorCode.NOT_FOUND_OR_PRIVATE, ErrorCode.REDIRECT_REFUSED, ErrorCode.AUTH_REQUIRED}
)


@dataclass(frozen=True, slots=True)
class Desk:
    """The folder of one attempt, the remote it talks to and how git is told so.

    `asked` is the remote that the client named: another one when a redirect was followed.
    """

    folder: Path
    asked: Remote
    pinned: PinnedRemote
    credential: Credential | None
    environment: GitEnvironment

    @property
    def url(self) -> str:
        """Give the URL for git."""
        return self.pinned.url

    @property
    def remote(self) -> Remote:
        """Give the remote that is talked to."""
        return self.pinned.remote


@dataclass(frozen=True, slots=True)
class Reach:
    """How remotes are reached: under which policy, with which credentials, whom to believe and to ask."""

    policy: RemotePolicy
    credentials: Credentials
    ca_file: Path | None
    resolve: Resolve

    def credential_for(self, remote: Remote, *, asked: Remote) -> Credential | None:
        """Give what is sent to a remote: nothing, unless it is the very repository that was asked for.

        Else `evil.example/x`, or a repository that was moved on the same forge, could lead to one that
        the asker was not given, and show it under its own name.
        """
        entry = self.credentials.covering(asked.name)
        if entry is None or not entry.scheme == remote.scheme == asked.scheme:
            return None
        return entry if remote.name.lower() == asked.name.lower() else None


class Desks:
    """The desks of all attempts of one server."""

    def __init__(self, folders: Folders, *, reach: Reach, limits: GitLimits) -> None:
        self._folders = folders
        self._reach = reach
        self._limits = limits
        self.keys: set[str] = set()

    async def work(self, asked: Remote, key: str, attempt: Callable[[Desk], Awaitable[ResultT]]) -> ResultT:
        """Attempt something at a remote: as it is spelled, then with `.git` added or taken away.

        Follows redirects. Raises what the attempt raises, the first spelling's error when none is found.
        """
        try:
            return await self._follow(asked, asked, key, attempt)
        except (AcquireError, RedirectNotAllowedError) as error:
            if not _may_be_spelling(error) or asked.host in {"", "github.com"}:
                raise
            first = error
        try:
            return await self._follow(asked, asked.respelled(), key, attempt)
        except (AcquireError, RedirectNotAllowedError) as error:
            if _may_be_spelling(error):
                raise first from None
            raise

    async def _follow(
        self, asked: Remote, remote: Remote, key: str, attempt: Callable[[Desk], Awaitable[ResultT]]
    ) -> ResultT:
        visited: list[str] = []
        while True:
            async with self._open(asked, remote, key, redirected=bool(visited)) as desk:
                try:
                    return await attempt(desk)
                except AcquireError as error:
                    if error.code is ErrorCode.EMPTY_REPOSITORY:
                        await self._require_git(desk)
                    led = error.code is ErrorCode.REDIRECT_REFUSED and remote.scheme in WEB_SCHEMES
                    target = await self._where(desk) if led else None
                    if target is None:
                        raise
            visited.append(remote.url)
            check_hops(visited, target)
            remote = target

    async def _require_git(self, desk: Desk) -> None:
        """Refuse what only looked like an empty repository: git takes a page without any line of refs for one."""
        from services.acquire.enquiry import speaks_git  # noqa: PLC0415  as below

        if desk.remote.scheme not in WEB_SCHEMES:
            return
        header = desk.credential.header if desk.credential else None
        if not await speaks_git(desk.pinned, header=header, ca_file=self._reach.ca_file):
            raise AcquireError(ErrorCode.NOT_FOUND_OR_PRIVATE, "The server answers, but not as a git server does.")

    async def _where(self, desk: Desk) -> Remote | None:
        """Ask the remote itself where it leads; None when it does not say so to us."""
        # Imported here because it takes 0.3 s, and few clones are ever redirected.
        from services.acquire.enquiry import ask_location  # noqa: PLC0415

        header = desk.credential.header if desk.credential else None
        location = await ask_location(desk.pinned, header=header, ca_file=self._reach.ca_file)
        if location is None:
            return None
        secrets = self._reach.credentials.secrets
        return next_remote(location, of=desk.remote, policy=self._reach.policy, secrets=secrets)

    @asynccontextmanager
    async def _open(self, asked: Remote, remote: Remote, key: str, *, redirected: bool) -> AsyncIterator[Desk]:
        """Look the remote up and give an attempt its folder, which is gone afterwards."""
        if not _KEY.fullmatch(key):
            raise GraticuleError(ErrorCode.INTERNAL, f"An attempt cannot have the key {key!r}.")
        pinned = await self._pin(remote, redirected=redirected)
        credential = self._reach.credential_for(remote, asked=asked)
        folder = self._folders.staging / key
        self.keys.add(key)
        try:
            await in_thread(lambda: _make(folder))
            with private_config(_private_text(pinned, credential), folder=folder) as private:
                yield Desk(folder, asked, pinned, credential, self._environment(pinned, folder, private))
        finally:
            await git.uninterrupted(asyncio.to_thread(delete, folder))
            self.keys.discard(key)

    async def _pin(self, remote: Remote, *, redirected: bool) -> PinnedRemote:
        try:
            return await pin(remote, policy=self._reach.policy, resolve=self._reach.resolve)
        except NotAllowedError as error:
            raise RedirectNotAllowedError.of(error, host=remote.host) if redirected else error from None

    def _environment(self, pinned: PinnedRemote, folder: Path, private: PrivateConfig) -> GitEnvironment:
        config = pinned.config | authorities.git_config(self._reach.ca_file, empty=folder)
        config["http.lowSpeedTime"] = str(math.ceil(self._limits.stall_seconds))
        secrets = self._reach.credentials.secrets
        return GitEnvironment(
            protocol=pinned.remote.scheme,
            home=folder,
            config=config,
            private=private,
            ssh_command=pinned.ssh_command,
            secrets=secrets,
            reads=(self._reach.ca_file,) if self._reach.ca_file else (),
            port=pinned.remote.effective_port,
        )


def disk_error(error: OSError) -> AcquireError:
    """Say that the data folder cannot be written."""
    return AcquireError(ErrorCode.DISK_FULL, f"The data folder cannot be written: {error.strerror}.")


def _may_be_spelling(error: GraticuleError) -> bool:
    """Whether another spelling may do better: also when this one leads to a page to sign in at."""
    return error.code in _SPELLING_CODES or isinstance(error, RedirectNotAllowedError)


def _make(folder: Path) -> None:
    """Make the attempt's folder, which is git's HOME as well."""
    delete(folder)
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise disk_error(error) from None


def _private_text(pinned: PinnedRemote, credential: Credential | None) -> str:
    """Give what git must be told in a file: whose folder to trust, or the credentials for this very URL."""
    if pinned.remote.scheme == "file":
        return safe_directory_config(pinned.remote.path)
    return header_config(pinned.url, credential.header) if credential else ""
