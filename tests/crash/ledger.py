"""What there must be once, and what must not be left, when everything came to its end."""

from __future__ import annotations

import re
from collections import Counter

from app.lifecycle.run import Phase
from app.localhub import git_process
from app.localhub.state import issues
from app.store import audit
from app.store.connection import Connection
from tests.crash.life import Life

BOT = "dursor[bot]"
_MARKER = re.compile(r"<!-- (dursor:\S+) -->")


async def problems(life: Life) -> list[str]:
    """Everything that is there twice, too little or still."""
    found: list[str] = life.read(_stored)
    for pull in life.hub.pulls:
        found += [f"#{pull.number}: {words}" for words in [*_seen(life, pull), *await _commits(life, pull)]]
    checks = Counter(run.suite.head_sha for run in life.repo.check_runs if run.suite.app.slug == "dursor")
    found += [f"{count} check runs at {sha}" for sha, count in checks.items() if count > 1]
    found += [f"no check run at {pull.head_sha}" for pull in life.hub.pulls if not checks[pull.head_sha]]
    git = life.hub.world.git(life.repo)
    branches = (await git_process.run(git, "for-each-ref", "--format=%(refname)", "refs/heads")).text.split()
    found += [f"left: {branch}" for branch in branches if branch != "refs/heads/main"]
    return found


def _seen(life: Life, pull: issues.Pull) -> list[str]:
    merges = sum(merge.pull is pull for merge in life.hub.merges)
    found = [] if merges == 1 else [f"merged {merges} times"]
    markers: Counter[str] = Counter()
    for comment in life.hub.comments(pull):
        marker = _MARKER.search(comment.body)
        markers[marker[1] if marker else comment.body] += comment.user.login == BOT
    found += [f"{count} comments {marker}" for marker, count in markers.items() if count > 1]
    posted = [review for review in pull.reviews if review.user.login == BOT]
    found += [] if len(posted) == 1 else [f"{len(posted)} reviews of ours"]
    shown = Counter(
        _MARKER.findall("\n".join([*(one.body for one in posted), *(one.root.body for one in pull.threads)]))
    )
    found += [f"{count} times {marker}" for marker, count in shown.items() if count > 1]
    return found + ([] if markers["dursor:status"] == 1 else [f"no status among {list(markers)}"])


async def _commits(life: Life, pull: issues.Pull) -> list[str]:
    commits = await life.hub.commits(pull)
    found = [f"pushed again: {commit.sha}" for commit in commits[2:]]
    if len({commit.tree for commit in commits}) < len(commits):
        found.append("one tree was pushed twice")
    pushes = [push for push in life.hub.pushes if push.ref == f"refs/heads/{pull.head_ref}" and push.who == BOT]
    ours = [push.new for push in pushes if set(push.new) != {"0"}]
    return found if ours == [pull.head_sha] else [*found, f"pushes of ours: {ours}, head {pull.head_sha}"]


def _stored(db: Connection) -> list[str]:
    found = []
    for run in db.execute("SELECT id, pr_number, phase, ci_iterations, failures FROM agentic_runs").fetchall():
        past = audit.of_run(db, run["id"])
        history = [f"{row['action']}:{row['phase']}" for row in past]
        if run["phase"] != Phase.COMPLETED or [row["phase"] for row in past].index("completed") != len(past) - 1:
            found.append(f"#{run['pr_number']} is {run['phase']} after {history}")
        if (run["ci_iterations"], run["failures"]) != (1, 0):
            found.append(f"#{run['pr_number']} counts {run['ci_iterations']} fixes and {run['failures']} failures")
    runs = Counter(row["pr_number"] for row in db.execute("SELECT pr_number FROM agentic_runs"))
    found += [f"#{number} has {count} runs" for number, count in runs.items() if count > 1]
    for table in ("runs", "reviews"):
        rows = db.execute(f"SELECT agentic_run_id, count(*) AS n, min(status) AS s FROM {table} GROUP BY 1, status")
        found += [f"{row['n']} {table} {row['s']}" for row in rows if (row["n"], row["s"]) != (1, "succeeded")]
    # Nothing waited when everything had come to its end; what sweeps have asked for since is no fault.
    jobs = db.execute("SELECT kind, status, error FROM jobs WHERE status = 'failed'")
    deliveries = db.execute("SELECT event, status, error FROM webhook_deliveries WHERE status = 'failed'")
    return found + [str(tuple(row)) for row in [*jobs, *deliveries]]
