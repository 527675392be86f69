"""PATCH /repos: the branch that new pull requests of a repository go into."""

from __future__ import annotations

import pytest


async def test_the_base_of_new_pull_requests_is_chosen_and_taken_back(api):
    path = "/repos/{repo_id}"
    assert (await api.ask("PATCH", path, {"selected_branch": "develop"})).json["selected_branch"] == "develop"
    assert (await api.get(path))["selected_branch"] == "develop"
    assert (await api.ask("PATCH", path, {"selected_branch": None})).json["selected_branch"] is None
    await api.refused(404, "not-found", "PATCH", "/repos/nobody", {"selected_branch": "develop"})


@pytest.mark.parametrize("branch", ["", "-x", "a..b", "a b", "x.lock", "x.lock/y", "a\n", "a" * 201, 7])
async def test_what_is_no_branch_is_refused(api, branch):
    told = await api.refused(422, "invalid-body", "PATCH", "/repos/{repo_id}", {"selected_branch": branch})
    assert "pattern" not in told["errors"][0]["detail"]
    for name in ("default_branch", "default_branch_prefix"):
        await api.refused(422, "invalid-body", "PATCH", "/preferences", {name: branch})
    await api.refused(422, "invalid-body", "PATCH", "/repos/{repo_id}", {})
