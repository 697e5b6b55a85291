"""What keeps git and the parsers in bounds on this machine: limits always, and Landlock where the kernel has it.

The setting says whether that may be missing; what is in force is told to whoever runs the server.
"""

from dataclasses import dataclass
from typing import Final, Self

from services import landlock
from services.errors import InvalidArgumentError
from services.settings import Settings

LIMITS: Final = ("address space", "file size", "processor time", "open files", "core dumps")
_FIRST_WITH_TRUNCATE: Final = 3
_FIRST_WITH_PORTS: Final = 4
_FIRST_WITH_SCOPES: Final = 6


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What is in force. `landlock_abi` is the kernel's version, 0 when the setting or the kernel says no."""

    setting: str
    landlock_abi: int

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Ask the kernel. InvalidArgumentError when a sandbox is required and there is none."""
        found = 0 if settings.sandbox == "off" else landlock.abi()
        if settings.sandbox == "require" and not found:
            raise InvalidArgumentError(
                "GRATICULE_SANDBOX is require, and this kernel offers no Landlock.",
                hint="Take Linux 5.13 or newer with landlock among its security modules, or GRATICULE_SANDBOX=auto.",
            )
        return cls(settings.sandbox, found)

    @property
    def confines(self) -> bool:
        """Whether processes are kept from other files."""
        return self.landlock_abi > 0

    @property
    def denied(self) -> tuple[str, ...]:
        """Give what this kernel refuses to git and to parsers, in words; nothing without Landlock."""
        if not self.confines:
            return ()
        return (
            "git: writing outside the folder of its job and the clone that it updates",
            "git: reading what is neither of the system, of git nor of the clone",
            "parsers: writing anywhere",
            "parsers: reading what is neither of the system nor of Python",
            *(["all: truncating files outside"] if self.landlock_abi >= _FIRST_WITH_TRUNCATE else []),
            *(
                ["git: TCP but to the port of its remote", "parsers: TCP"]
                if self.landlock_abi >= _FIRST_WITH_PORTS
                else []
            ),
            *(["all: signals and abstract sockets outside"] if self.landlock_abi >= _FIRST_WITH_SCOPES else []),
        )
