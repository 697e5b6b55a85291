"""From what was said of a commit to the files that it changed: our focus, beside aider's map and plain BM25.

    python -m tests.benchmarks.focus REPOSITORY... [--commits 100] [--seed 1] [--aider PYTHON] [--json FILE]

Each commit that `questions.py` draws is asked at its parent, mapped by the real build, with its message as the
text of the focus; the answer is the source files that it changed. All rank the same files: those that our map
has definitions of. Prints for each repository the mean reciprocal rank of the first changed file, hit@10, and
the share of changed files on the map at 1,000 to 8,000 tokens, with the intervals that hold 95 % of 2,000
resamplings of the commits, and the same of the paired differences. BM25 has no map: at each budget it gets as
many files as ours shows. aider runs in its own environment (`peers/aider_focus.py`), on a work tree that
follows the parents, about the first `--aider-commits` of the same draw; it is slow, so what it answered may be
kept (`--answers FOLDER`) and counts again while it is asked the same.
"""

import argparse
import asyncio
import json
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

import numpy as np

from services.mapping.columns import Float64
from services.mapping.focus import emphasise
from services.mapping.outline import outline
from services.mapping.snapshot import Snapshot
from services.mapping.views import Focus, OutlineRequest
from tests.benchmarks.parents import Parents, files_of
from tests.benchmarks.plain_bm25 import READINGS, PlainBm25
from tests.benchmarks.questions import Question, git, questions

BUDGETS: Final = (1000, 2000, 4000, 8000)
METRICS: Final = ("MRR", "hit@10", *(f"recall@{budget // 1000}k" for budget in BUDGETS))
RESAMPLINGS: Final = 2000
NEAR: Final = 10
Score: TypeAlias = tuple[float, ...]
"""One commit's values in the order of `METRICS`."""


def score(answer: Sequence[str], ranking: Sequence[str], shown: Sequence[set[str]]) -> Score:
    """Measure one answer; a file that is in no ranking has no rank."""
    place = {path: at for at, path in enumerate(ranking, 1)}
    best = min((place[path] for path in answer if path in place), default=0)
    recalls = (len(files & set(answer)) / len(answer) for files in shown)
    return (1 / best if best else 0.0, float(0 < best <= NEAR), *recalls)


class Aider:
    """aider in its own process, with a work tree that it may cache the tags of."""

    def __init__(self, python: str, repository: Path, scratch: Path, answers: Path | None) -> None:
        self._answers = answers or scratch
        self._tree = scratch / "tree"
        git(scratch, "clone", "-q", "--no-checkout", str(repository), str(self._tree))
        program = str(Path(__file__).parent / "peers" / "aider_focus.py")
        self._process = subprocess.Popen(
            [python, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def ask(self, question: Question, files: Sequence[str]) -> tuple[list[str], list[set[str]]]:
        """Give its ranking, and what it shows at each budget."""
        request = {"root": str(self._tree), "files": list(files), "text": question.text, "budgets": BUDGETS}
        asked = json.dumps([question.parent, sorted(files), question.text, BUDGETS]).encode()
        kept = self._answers / f"{blake2b(asked, digest_size=16).hexdigest()}.json"
        if not kept.exists():
            git(self._tree, "checkout", "-q", "--force", "--detach", question.parent)
            kept.write_text(json.dumps(self._asked(request)))
        answer = json.loads(kept.read_text())
        return answer["ranking"], [set(answer["shown"][str(budget)]) for budget in BUDGETS]

    def _asked(self, request: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("aider was started without pipes")
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


@dataclass(slots=True)
class Run:
    """All scores of one repository, by who gave them and commit."""

    repository: str
    asked: list[Question]
    scores: dict[str, dict[str, Score]] = field(default_factory=lambda: defaultdict(dict))
    answers: int = 0
    build_seconds: list[float] = field(default_factory=list)
    focus_seconds: list[float] = field(default_factory=list)
    """Of processor time: a machine that does other things as well says nothing by its clock."""

    def ours(self, question: Question, snapshot: Snapshot, files: dict[str, str], answer: Sequence[str]) -> list[int]:
        """Ask our map; give how many files it shows at each budget."""
        focus = Focus(text=question.text)
        values = emphasise(snapshot, focus).files
        ranking = [snapshot.paths[at] for at in np.argsort(-values, kind="stable") if snapshot.paths[at] in files]
        shown = []
        for budget in BUDGETS:
            started = time.process_time()
            drawn = outline(snapshot, OutlineRequest(budget, focus=focus))
            self.focus_seconds.append(time.process_time() - started)
            shown.append({file.path for file in drawn.files} & set(files))
        self.scores["ours"][question.commit] = score(answer, ranking, shown)
        return [len(one) for one in shown]

    def report(self) -> dict[str, Any]:
        """Give means with intervals, and the paired differences to each peer."""
        # Of the two BM25 the one with the higher MRR is the peer.
        best = max(READINGS, key=lambda name: sum(score[0] for score in self.scores[name].values()))
        peers = [best, "aider"] if "aider" in self.scores else [best]
        means = {name: self._means(name, None) for name in self.scores}
        return {
            "repository": self.repository,
            "commits": len(self.scores["ours"]),
            "commits_aider": len(self.scores.get("aider", {})),
            "answers": self.answers,
            "literal": sum(one.literal for one in self.asked if one.commit in self.scores["ours"]),
            "bm25": best,
            "build_seconds": float(np.mean(self.build_seconds)),
            "map_p95_ms": float(np.percentile(self.focus_seconds, 95)) * 1000,
            "means": means,
            "above": {peer: self._means("ours", peer) for peer in peers},
        }

    def _means(self, name: str, without: str | None) -> dict[str, list[float]]:
        """Give (mean, low, high) of each metric; with a peer, of the differences where both were asked."""
        commits = sorted(self.scores[without or name])
        values = np.asarray([self.scores[name][commit] for commit in commits])
        if without is not None:
            values = values - np.asarray([self.scores[without][commit] for commit in commits])
        return {metric: interval(values[:, at]) for at, metric in enumerate(METRICS)}


def interval(values: Float64) -> list[float]:
    """Give the mean and the middle 95 % of the means of resamplings."""
    drawn = np.random.default_rng(1).integers(0, len(values), (RESAMPLINGS, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    return [float(values.mean()), float(low), float(high)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says."""

    repositories: list[Path]
    commits: int
    seed: int
    aider: str | None
    aider_commits: int
    json: Path | None
    data: Path | None
    answers: Path | None

    @classmethod
    def read(cls) -> Self:
        """Read the command line."""
        parser = argparse.ArgumentParser()
        parser.add_argument("repositories", nargs="+", type=lambda path: Path(path).resolve())
        parser.add_argument("--commits", type=int, default=100)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--aider", help="the interpreter of an environment that has aider-chat")
        parser.add_argument("--aider-commits", type=int, default=40)
        parser.add_argument("--json", type=Path)
        parser.add_argument("--data", type=Path, help="keep the tags here between runs")
        parser.add_argument("--answers", type=Path, help="keep aider's answers here between runs")
        return cls(**vars(parser.parse_args()))


async def replay(repository: Path, asked: Asked, scratch: Path) -> Run:
    """Ask everybody about every commit of one repository."""
    run = Run(repository.name.removesuffix(".git"), questions(repository, count=asked.commits, seed=asked.seed))
    peers = {name: PlainBm25(reading) for name, reading in READINGS.items()}
    aider = Aider(asked.aider, repository, scratch, asked.answers) if asked.aider else None
    async with Parents.of(repository, asked.data or scratch / "data") as parents:
        for question in run.asked:
            snapshot = Snapshot.load(await parents.artifact(question.parent))
            files = files_of(snapshot)
            answer = [path for path in question.changed if path in files]
            if not answer:
                continue
            run.answers += len(answer)
            counts = run.ours(question, snapshot, files, answer)
            for name, peer in peers.items():
                missing = peer.missing(list(files.values()))
                for blob, content in zip(missing, parents.contents(missing), strict=True):
                    peer.read(blob, content)
                ranking = peer.ranking(question.text, list(files), list(files.values()))
                run.scores[name][question.commit] = score(answer, ranking, [set(ranking[:most]) for most in counts])
            if aider and question.draw < asked.aider_commits:
                run.scores["aider"][question.commit] = score(answer, *aider.ask(question, list(files)))
        run.build_seconds = parents.seconds
    if aider:
        aider.close()
    return run


def show(report: dict[str, Any]) -> None:
    """Print the lines of one repository."""
    print(
        f"\n{report['repository']}: {report['commits']} commits ({report['commits_aider']} for aider), "
        f"{report['answers']} changed files, {report['literal']} messages name one; BM25 is '{report['bm25']}'; "
        f"{report['build_seconds']:.2f} s a parent, map p95 {report['map_p95_ms']:.0f} ms"
    )
    print(f"{'':<16}" + "".join(f"{metric:>22}" for metric in METRICS))
    rows = {name: report["means"][name] for name in report["means"]}
    rows |= {f"ours - {peer}": values for peer, values in report["above"].items()}
    for name, values in rows.items():
        cells = (f"{mean:.3f} [{low:.3f}, {high:.3f}]" for mean, low, high in values.values())
        print(f"{name:<16}" + "".join(f"{cell:>22}" for cell in cells))


def main() -> None:
    """Replay the repositories, one after the other."""
    asked, reports = Asked.read(), []
    for repository in asked.repositories:
        with tempfile.TemporaryDirectory() as scratch:
            reports.append(asyncio.run(replay(repository, asked, Path(scratch))).report())
        show(reports[-1])
        if asked.json:
            asked.json.write_text(json.dumps(reports, indent=1))


if __name__ == "__main__":
    main()
