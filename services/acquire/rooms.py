"""What a clone asks for room while it grows, and tells once it is there; whoever has no quota gives all there is."""

from typing import Protocol


class Room(Protocol):
    """Room for one clone at one place."""

    async def grown(self, size_bytes: int) -> None:
        """Take so many bytes in all since the attempt began. QUOTA_EXCEEDED, DISK_FULL when that cannot be."""

    async def arrived(self, size_bytes: int) -> None:
        """Note that the clone is there, with this size."""

    async def gone(self) -> None:
        """Note that the clone was thrown away."""


class AnyRoom:
    """Room without a limit and without a memory: for a folder that goes away anyhow."""

    async def grown(self, size_bytes: int) -> None:
        """Let it grow."""

    async def arrived(self, size_bytes: int) -> None:
        """Note nothing."""

    async def gone(self) -> None:
        """Note nothing."""
