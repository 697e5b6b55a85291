"""Read files out of the clones of this place: reading counts as use, and a clone stays while it is read."""

from typing import Final

from services.acquire.objects import read_blob
from services.errors import AcquireError, ErrorCode, GraticuleError, NotFoundError
from services.jobs.place import Place
from services.models import Repository
from services.sources import SOURCE_BYTES, no_clone
from services.store.repositories import RepositoryStore

DAMAGED: Final = "The clone of this repository is damaged."
CLONE_ANEW: Final = "Refresh the repository: it clones anew."


class OwnClones:
    """Reads from the clones of this process's data folder."""

    def __init__(self, place: Place, repositories: RepositoryStore) -> None:
        self._place = place
        self._clones = place.clones
        self._repositories = repositories

    async def read(self, name: str, blob: str, /, *, max_bytes: int = SOURCE_BYTES) -> bytes:
        """Give a blob, about 13 ms. NotFoundError when there is no clone, or it lacks the blob.

        AcquireError: TOO_LARGE; CORRUPT_OBJECTS, and then the clone goes.
        """
        if not await self._clones.is_here(name):
            raise no_clone()
        repository = await self._repositories.by_name(name)
        if repository is None:
            raise no_clone()
        return await self._read(repository, blob, max_bytes=max_bytes)

    async def _read(self, repository: Repository, blob: str, *, max_bytes: int) -> bytes:
        try:
            async with self._clones.read(repository.name):
                if not await self._clones.is_here(repository.name):
                    raise no_clone()
                await self._place.read(repository)
                return await read_blob(self._clones.path_of(repository.name), blob, max_bytes=max_bytes)
        except (AcquireError, NotFoundError) as error:
            if not await self._is_damaged(repository.name, error):
                raise
            await self._place.throw_away(repository)
            raise AcquireError(ErrorCode.CORRUPT_OBJECTS, DAMAGED, hint=CLONE_ANEW) from error

    async def _is_damaged(self, name: str, error: GraticuleError) -> bool:
        """Whether it is the clone's fault: one that was made again has no objects of older commits, and is whole."""
        if error.code is ErrorCode.CORRUPT_OBJECTS:
            return True
        if error.code is not ErrorCode.NOT_FOUND or not await self._clones.is_here(name):
            return False
        return not await self._clones.is_whole(name)
