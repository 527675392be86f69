"""What git does to a branch without an executor: brings the base in, or takes dursor's last commit back.

Asked for twice: before the run is told, so that a refusal leaves it as it is, and when the work begins.
"""

from __future__ import annotations

from dataclasses import dataclass

from app import advance, words
from app.lifecycle import effects, signals
from app.lifecycle.run import Work
from app.perform import endings, guarding
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.repo_config import RepoConfig
from app.store import agentic_runs, runs
from app.store.connection import Connection, Row, parse
from app.workspace import commits, mirror


@dataclass(frozen=True, slots=True)
class Plan:
    """What git would commit: a `tree` on `parents`, `told` in words. `taken_back` is the commit it undoes."""

    tree: str
    parents: tuple[str, ...]
    told: str
    taken_back: str | None = None


@dataclass(frozen=True, slots=True)
class Conflicts:
    """The base does not come in by itself: the tree of the merge with conflict markers, and the files they are in."""

    tree: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why there is nothing to commit; `is_so` says that what was asked for holds already."""

    why: str
    is_so: bool = False


async def refusal(world: World, run_id: str, work: Work) -> Nothing | None:
    """Why git cannot do this to the branch of a run as it is now; None when it can, or an executor has to help."""
    scope = await of_run(world, run_id)
    if scope is None or scope.run.is_terminal:
        return None
    if scope.run.paused:
        return Nothing(words.asked.paused(work))
    if scope.run.is_working and work is Work.UPDATE:
        return Nothing(words.asked.executor_works(work))
    found = await _plan(world, scope, work)
    return found if isinstance(found, Nothing) else None


async def start(effect: effects.StartWork, world: World) -> Outcome:
    """Make the commit, which a job of its own pushes; what cannot be done is told to the run in words."""
    scope = await of_run(world, effect.run_id)
    if scope is None or not scope.run.is_working or scope.run.attempt != effect.attempt or scope.run.paused:
        return nothing
    found = await _plan(world, scope, effect.work)
    row = await world.database.write(lambda db: _row(db, scope, effect))
    if row is None or row["status"] != "queued":
        return nothing
    if isinstance(found, Conflicts):
        files = words.asked.files(found.files)

        def conflicted(db: Connection) -> None:
            runs.end(db, row["id"], "canceled", error=f"it conflicts in {files}")
            advance.signal(db, effect.run_id, signals.UpdateConflicted(attempt=effect.attempt, files=files))

        return conflicted
    return await finish(world, scope, row, mirror.at(world.root, scope.repo["github_id"]), found)


async def finish(world: World, scope: Scope, row: Row, repo: mirror.Mirror, plan: Plan | Nothing) -> Outcome:
    """End an executor run that no executor has to work for: with a commit, or with words why there is none."""
    if isinstance(plan, Nothing):
        refused = signals.WorkRefused(attempt=row["attempt"], why=plan.why)
        return lambda db: endings.fail(db, row, scope.run.id, refused)
    message = words.commit_message(row["work"], "git", plan.told)
    made = await commits.commit(repo, plan.tree, plan.parents, message, world.author(), parse(row["created_at"]))
    done = signals.WorkFinished(
        attempt=row["attempt"], commit=made, tree=plan.tree, summary=plan.told,
        base_tree=await commits.tree_of(repo, plan.parents[0]),
    )  # fmt: skip

    def outcome(db: Connection) -> None:
        runs.change(db, row["id"], base_ref=plan.parents[0], merged_ref=plan.taken_back or plan.parents[-1])
        runs.end(db, row["id"], "succeeded", summary=plan.told, commit_sha=made)
        advance.signal(db, scope.run.id, done)

    return outcome


async def _plan(world: World, scope: Scope, work: Work) -> Plan | Conflicts | Nothing:
    if scope.pull is None or scope.run.head_sha is None:
        return Nothing(words.asked.no_branch(work))
    if scope.pull["is_fork"]:
        return Nothing(words.asked.in_a_fork())
    repo = await _mirror(world, scope)
    if work is Work.UPDATE:
        return await update(repo, scope.run.head_sha, scope.base_branch)
    made = await world.database.read(lambda db: runs.undoable(db, scope.task["id"]))
    return await _undo(repo, scope.run.head_sha, made, scope.config)


async def update(repo: mirror.Mirror, head: str, base_branch: str) -> Plan | Conflicts | Nothing:
    """Merge the base branch, as it was fetched last, into the head."""
    base = await mirror.resolve(repo, f"refs/heads/{base_branch}") or ""
    if await commits.is_ancestor(repo, base, head):
        return Nothing(words.asked.up_to_date(base_branch), is_so=True)
    merged = await commits.merge(repo, head, base)
    if merged.conflicts:
        return Conflicts(merged.tree, merged.conflicts)
    return Plan(merged.tree, (head, base), f"Brought {base_branch} in without a conflict.")


async def _undo(repo: mirror.Mirror, head: str, made: list[Row], config: RepoConfig) -> Plan | Nothing:
    """Take the newest of our commits back that is on the branch and still shows in it."""
    for row in made:
        sha = row["commit_sha"]
        if not await commits.is_ancestor(repo, sha, head):
            continue  # somebody took it off the branch
        if len(await commits.parents_of(repo, sha)) > 1:
            return Nothing(words.asked.is_merge(sha))
        reverted = await commits.revert(repo, head, sha)
        if reverted.conflicts:
            return Nothing(words.asked.not_undone(sha, reverted.conflicts))
        if reverted.tree == await commits.tree_of(repo, head):
            continue  # somebody took back what it did
        if guarding.adds_secret(await commits.diff(repo, head, reverted.tree), config):
            return Nothing(words.asked.undo_adds_secret(sha))
        return Plan(reverted.tree, (head,), words.asked.undone(sha, row["summary"] or ""), sha)
    return Nothing(words.asked.nothing_to_undo())


async def _mirror(world: World, scope: Scope) -> mirror.Mirror:
    wanted = [scope.run.head_sha or "", f"refs/heads/{scope.base_branch}"]
    return await mirror.refresh(world.root, str(scope.repo["github_id"]), await scope.remote(), wanted)


def _row(db: Connection, scope: Scope, effect: effects.StartWork) -> Row | None:
    """The executor run of this attempt: nobody's words are given to it, and it costs nothing.

    None where the run was interrupted while git looked: a commit that comes too late would be kept on a branch.
    """
    run, row = agentic_runs.find(db, effect.run_id), runs.of_attempt(db, effect.run_id, effect.attempt)
    if run is None or run.attempt != effect.attempt:
        return None
    if row is None:
        run_id = runs.create(
            db, task_id=scope.task["id"], agentic_run_id=effect.run_id, attempt=effect.attempt, work=effect.work,
            executor="git", executor_type="command", working_branch=scope.branch,
            instruction=words.asked.what(effect.work), base_ref=scope.run.head_sha,
        )  # fmt: skip
        return runs.get(db, run_id)
    return row
