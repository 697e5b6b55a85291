"""Durable work: who delivers it, who does it, who notices when nobody does."""

import os

os.environ.setdefault("PY_KEY_VALUE_DISABLE_BEARTYPE", "true")
"""A package beneath docket has its own functions checked at every call: to prepare that took 0.16 s of each start."""
