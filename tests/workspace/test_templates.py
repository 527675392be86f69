"""The template for descriptions is found where GitHub would find it, in the commit that counts."""

from __future__ import annotations

import subprocess

import pytest

from app.workspace import mirror, templates


@pytest.fixture
def committed(tmp_path):
    def commit(files):
        work = tmp_path / "work"
        subprocess.run(["git", "init", "-q", str(work)], check=True)
        for path, text in {"README.md": "x", **files}.items():
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_text(text)
        git = ["git", "-C", str(work), "-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run([*git, "add", "--all"], check=True)
        subprocess.run([*git, "commit", "-q", "-m", "x"], check=True)
        sha = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
        return mirror.Mirror(work / ".git"), sha

    return commit


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({}, None),
        ({".github/pull_request_template.md": "A"}, "A"),
        ({"PULL_REQUEST_TEMPLATE.md": "A"}, "A"),
        ({"docs/Pull_Request_Template.txt": "A"}, "A"),
        ({"docs/pull_request_template.md": "C", ".github/PULL_REQUEST_TEMPLATE.md": "A"}, "A"),
        ({".github/PULL_REQUEST_TEMPLATE/default.md": "A", ".github/PULL_REQUEST_TEMPLATE/big.md": "B"}, "A"),
        ({"PULL_REQUEST_TEMPLATE/only.md": "A"}, "A"),
        ({"PULL_REQUEST_TEMPLATE/one.md": "A", "PULL_REQUEST_TEMPLATE/two.md": "B"}, None),
        ({".github/pull_request_template.md": " \n"}, None),
        ({"src/pull_request_template.md": "A"}, None),
    ],
)
async def test_where_a_template_is_looked_for(committed, files, found):
    assert await templates.for_pulls(*committed(files)) == found


async def test_no_more_of_a_template_is_read_than_is_needed(committed):
    repo, sha = committed({"pull_request_template.md": "é" * 100_000})
    assert len(await templates.for_pulls(repo, sha) or "") <= 20_001
