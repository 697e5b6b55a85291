"""How a test starts a command that is to be ended by a signal."""

import signal
import sys
from typing import Final

ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ANEW: Final = """
import os, signal, sys
for number in map(int, sys.argv[1].split(",")):
    signal.signal(number, signal.SIG_DFL)
os.execv(sys.argv[2], sys.argv[2:])
"""


def heeding_signals(*command: str) -> list[str]:
    """Give a command that becomes this one after it has taken back what its parent ignores.

    What is ignored is inherited, and tests may run under `nohup` or behind a shell's `&`. A
    `preexec_fn` may deadlock in a process with threads.
    """
    numbers = ",".join(str(int(number)) for number in ENDINGS)
    return [sys.executable, "-I", "-S", "-c", ANEW, numbers, *command]
