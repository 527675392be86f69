"""Each repository the server knows: its configuration, its executors, and what its branch demands of a merge."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from app import repo_config
from app.doctor.report import Finding, failed, ok, warning
from app.errors import ConfigError, DursorError, UserError
from app.executors import registry
from app.github import checks, client
from app.github import repository as repositories
from app.lifecycle.checks import BranchRules
from app.perform import reviewers
from app.store.connection import Row


def executors(repo: Row, models: Sequence[reviewers.Model] = ()) -> list[Finding]:
    """Whether what its configuration names can start here, with the server's `models`."""
    what = f"executors of {repo['full_name']}"
    if repo["config_error"]:
        return [failed(what, repo["config_error"], "mend .github/dursor.yml on the default branch")]
    if not repo["config"]:
        return [warning(what, "its .github/dursor.yml was not read yet", "it is read at its first pull request")]
    config = repo_config.from_json(repo["config"])
    names = dict.fromkeys(name for name in (config.executor, config.reviewer, *config.candidates) if name != "none")
    broken = [why for name in names if (why := _why_not(name, config))]
    if broken:
        return [failed(what, "; ".join(broken), "install it on the server's PATH, or name another in dursor.yml")]
    if reviewers.is_the_coder(config, models):
        do = "name another reviewer in dursor.yml, or add a second model with `dursor model add`"
        return [warning(what, f"{config.executor} reviews what it wrote itself, with the same model", do)]
    return [ok(what, f"{', '.join(names)} can start")]


def _why_not(name: str, config: repo_config.RepoConfig) -> str | None:
    try:
        registry.find(name, config.commands)
    except (ConfigError, UserError) as error:
        return str(error)
    if not name.startswith("command:"):
        return None
    program = config.commands[name.partition(":")[2]].run[0]
    if "/" in program or shutil.which(program):
        return None  # with a slash it is a file of the repository, which is looked at when it runs
    return f"{name}: there is no program {program} on PATH"


async def branch(github: client.GitHub, repo: Row) -> list[Finding]:
    """What the default branch demands, and whether dursor can merge into it."""
    name = repo["default_branch"]
    what = f"{repo['full_name']}, branch {name}"
    handle = github.repository(repo["installation_id"], repo["github_id"], repo["full_name"])
    try:
        now = await repositories.info(handle)
        rules = await checks.required(handle.renamed(now.full_name), now.default_branch)
    except DursorError as error:
        return [failed(what, f"cannot be read: {error}", "see that the App is installed on it and may read it")]
    told = _told(rules)
    methods = [method for method in _allowed(now) if method in rules.allowed_methods]
    if now.archived:
        return [warning(what, "the repository is archived", "nothing to do: dursor leaves it alone")]
    if not methods and not rules.merge_queue:
        do = "allow one method in the repository's settings and in the branch's rules"
        return [failed(what, f"{told}; no method of merging is allowed by both", do)]
    person = _needs_a_person(rules)
    if person:
        return [warning(what, f"{told}; {person}", "merge by hand there, or change the branch's rules")]
    how = "GitHub's queue" if rules.merge_queue else ", ".join(methods)
    return [ok(what, f"{told}; dursor can merge by {how}")]


def _told(rules: BranchRules) -> str:
    required = ", ".join(check.context for check in rules.required) or "no checks"
    told = [f"requires {required}"]
    if rules.approvals:
        told.append(f"{rules.approvals} approvals")
    further = {
        "an up-to-date head": rules.strict,
        "code owners": rules.code_owners,
        "resolved conversations": rules.conversation_resolution,
        "the last push approved": rules.last_push_approval,
        "a merge queue": rules.merge_queue,
    }
    told += [words for words, holds in further.items() if holds]
    return " and ".join(told)


def _needs_a_person(rules: BranchRules) -> str | None:
    if rules.signatures:
        return "it demands signed commits, and dursor's are not signed"
    return None


def _allowed(now: repositories.RepositoryInfo) -> list[str]:
    methods = {"merge": now.allow_merge_commit, "squash": now.allow_squash_merge, "rebase": now.allow_rebase_merge}
    return [method for method, allowed in methods.items() if allowed]
