"""Garbage is collected without going again and again through what stays, and none of it stays for ever.

Each test has a process of its own: servers of other tests in this one collect garbage as well.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
BEGIN = """
import asyncio, gc, weakref
from services.garbage import Garbage

class Part:
    def __init__(self):
        self.whole = self  # a circle, which nothing but a collection frees

def collect():
    gc.collect(1)  # as if much had happened
    asyncio.run(garbage.collect())

def is_looked_at(thing):
    return any(one is thing for one in gc.get_objects())

usual = gc.get_threshold()
garbage = Garbage(most_spared=1_000)
settled = garbage.settled()
settled.__enter__()
"""


def alone(script: str) -> None:
    """Run what asserts in a new interpreter."""
    done = subprocess.run([sys.executable, "-c", BEGIN + script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_has_survived_one_collection_is_not_looked_at_in_the_next() -> None:
    alone("""
stays = Part()
assert is_looked_at(stays)
collect()
assert not is_looked_at(stays)
""")


def test_nothing_is_collected_before_it_is_due() -> None:
    alone("""
gone = weakref.ref(Part())
asyncio.run(garbage.collect())
assert gone() is not None
collect()
assert gone() is None
""")


def test_a_circle_that_was_spared_and_died_is_freed_once_much_was_spared() -> None:
    alone("""
stays = Part()
gone = weakref.ref(stays)
collect()
del stays
collect()
assert gone() is not None, "it is spared still"
kept = [[number] for number in range(2_000)]
collect()
collect()
assert gone() is None
""")


def test_what_went_by_itself_is_no_reason_to_look_at_everything() -> None:
    alone("""
stays = Part()
gone = weakref.ref(stays)
collect()
del stays
for _ in range(5):
    passing = [[number] for number in range(2_000)]
    collect()
    del passing
assert gone() is not None
""")


def test_what_was_usual_is_so_again_afterwards() -> None:
    alone("""
assert gc.get_threshold() != usual
settled.__exit__(None, None, None)
assert gc.get_threshold() == usual
assert gc.get_freeze_count() == 0
""")


def test_nothing_is_held_that_another_thread_is_making() -> None:
    alone("""
import sys, threading
sys.setswitchinterval(1e-5)
wrong, over = [], threading.Event()

def make():
    while not over.is_set():
        try:
            tuple(number for number in range(500))
        except SystemError as error:  # whoever has a hold of a tuple that is being made breaks it
            wrong.append(error)

threads = [threading.Thread(target=make) for _ in range(2)]
for thread in threads:
    thread.start()
kept = []
for _ in range(20):
    kept.append([[number] for number in range(30_000)])
    collect()
over.set()
for thread in threads:
    thread.join()
assert wrong == []
""")
