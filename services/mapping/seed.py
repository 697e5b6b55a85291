"""What the fork server loads before it forks: every parser process begins with it, and shares its memory.

Nothing but the fork server may import this.
"""

import gc
import signal

from services.mapping.worker import load

signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is the server's to handle
load()
gc.freeze()
