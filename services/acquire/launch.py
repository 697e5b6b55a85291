"""Become another program, with limits and a death signal that were set before it starts.

Run by path as `python -I -S launch.py PARENT AS FSIZE CPU [SANDBOX …] -- program …`. A `preexec_fn` may
deadlock in a process with threads, `setpriv` and `prlimit` are not on every system, and limits set from
outside come after git has begun; this costs 10 ms and 0 memory, because it becomes the program.

SANDBOX is `r/PATH` for what may be read, `w/PATH` for what may be written as well, `p/PORT` for where TCP may
go, and `-` for nothing more; none of these is no sandbox.
"""

import ctypes
import os
import resource
import sys

_PR_SET_PDEATHSIG = 1
_SIGKILL = 9
# Python ignores it, and what is ignored stays ignored in git. SIGXFSZ, ignored as well, is left so:
# git then says "File too large", where the signal would end index-pack without a word.
_SIGPIPE = 13
_OPEN_FILES = 1024
# Whoever waits for an answer of the server comes before a clone.
_NICENESS = 10
NOT_FOUND = 127
"""How it ends when there is no such program, as a shell does; git itself never ends so."""


def launch(arguments: list[str]) -> None:
    """Set what the arguments say, and become the program. A limit of 0 means none."""
    parent, address_space, file_size, cpu_seconds = map(int, arguments[:4])
    libc = ctypes.CDLL(None, use_errno=True)
    libc.signal(_SIGPIPE, None)
    if sys.platform == "linux":
        # Not SIGTERM: each thread of a process that is killed sends it anew, git's own threads take one each, and two
        # at once leave its clean-up calling itself for ever (2.39: a whole core, until somebody looks).
        libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:
        sys.exit("the parent has gone")
    os.nice(_NICENESS)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, _OPEN_FILES)
    for limit, value in (
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, address_space),
    ):
        if value:
            _lower(limit, value)
    end = arguments.index("--")
    program = arguments[end + 1 :]
    place = _find(program[0])
    if arguments[4:end]:
        _confine(arguments[4:end], place)
    os.execv(place, program)  # noqa: S606  a fixed argv from the one module that runs git


def _find(program: str) -> str:
    """Give where a program is, before Python itself can read no more of its own files."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        place = os.path.join(folder, program)  # noqa: PTH118  pathlib takes 5 ms
        if os.access(place, os.X_OK):
            return place
    sys.exit(NOT_FOUND)


def _confine(rules: list[str], place: str) -> None:
    """Keep the program inside what the rules name, and its own installation, as far as this kernel can."""
    sys.path.append(_above(os.path.abspath(__file__), 3))  # noqa: PTH100  pathlib takes 5 ms
    from services import landlock  # noqa: PLC0415  found only now

    if landlock.abi():
        reads, writes, ports = ([rule[1:] for rule in rules if rule[0] == kind] for kind in "rwp")
        real = os.path.realpath(place)
        reads += [_above(real, 1), *(f"{_above(real, 2)}/{name}" for name in ("lib", "libexec", "share/git-core"))]
        landlock.restrict(reads=reads, writes=writes, ports=[int(port[1:]) for port in ports])


def _above(path: str, levels: int) -> str:
    return "/".join(path.split("/")[:-levels]) or "/"


def _lower(limit: int, value: int) -> None:
    _, most = resource.getrlimit(limit)
    wanted = value if most == resource.RLIM_INFINITY else min(value, most)
    resource.setrlimit(limit, (wanted, most if limit == resource.RLIMIT_CPU else wanted))


if __name__ == "__main__":
    launch(sys.argv[1:])
