"""The judge of our requests finds what is wrong with one, and a test that sends a wrong one fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import github_routes
from tests.github_routes import HEADERS, Request

ROOT = Path(__file__).resolve().parents[2]
REPO = "/api/v3/repos/octo/widgets"
MERGE, COMMENTS = f"{REPO}/pulls/1/merge", f"{REPO}/issues/1/comments"


def faults(method, path, body=None, query="", **headers):
    raw = body if isinstance(body, bytes) else (b"" if body is None else json.dumps(body).encode())
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return github_routes.faults(Request(method, path, query, HEADERS | named, raw))


RIGHT = [
    ("GET", f"{REPO}/pulls/1", None, ""),
    ("GET", f"{REPO}/pulls", None, "state=open&head=octo%3Atopic&per_page=100"),
    ("GET", f"{REPO}/commits/refs%2Fheads%2Fa/check-runs", None, "filter=latest&page=2"),
    ("GET", f"{REPO}/git/ref/heads/a/b", None, ""),
    ("GET", "/api/v3/repositories/1001", None, ""),
    ("GET", "/api/v3/repositories/1001/pulls/1", None, ""),
    ("PUT", MERGE, {"sha": "a" * 40, "merge_method": "squash"}, ""),
    ("POST", COMMENTS, {"body": "Hello"}, ""),
    ("DELETE", "/api/v3/installation/token", None, ""),
    ("POST", "/api/graphql", {"query": "query($o: String!) { user(login: $o) { id } }", "variables": {"o": "a"}}, ""),
]


@pytest.mark.parametrize(("method", "path", "body", "query"), RIGHT)
def test_a_request_as_github_describes_it_is_right(method, path, body, query):
    assert faults(method, path, body, query) == []


WRONG = [
    ("GET", f"{REPO}/pullz/1", None, "", "no such operation"),
    ("POST", f"{REPO}/pulls/1", {}, "", "no such operation"),
    ("GET", "/octo/widgets", None, "", "no part of the API"),
    ("GET", f"{REPO}/pulls/one", None, "", "pull_number may not be 'one'"),
    ("GET", f"{REPO}/pulls", None, "stat=open", "the parameter stat is not described"),
    ("GET", f"{REPO}/pulls", None, "state=ajar", "state may not be 'ajar'"),
    ("GET", f"{REPO}/pulls", None, "per_page=many", "per_page may not be 'many'"),
    ("POST", COMMENTS, None, "", "a body is required"),
    ("POST", COMMENTS, {}, "", '"body" is a required property'),
    ("POST", COMMENTS, {"body": 1}, "", '1 is not of type "string"'),
    ("POST", COMMENTS, {"body": "a", "bod": "b"}, "", "the field bod is not described"),
    ("POST", COMMENTS, b"not JSON", "", "is not of type"),
    ("PUT", MERGE, {"merge_method": "ours"}, "", "merge_method"),
    ("DELETE", "/api/v3/installation/token", {"token": "a"}, "", "a body is sent where none is described"),
    ("POST", "/api/graphql", {"query": "{ viewer { age } }"}, "", "Cannot query field 'age'"),
    ("POST", "/api/graphql", {"query": "{ viewer {"}, "", "Syntax Error"),
    ("POST", "/api/graphql", {"query": "query($a: Int!) { __typename }"}, "", "'$a'"),
    ("POST", "/api/graphql", {"query": "{ viewer { id } }", "variables": {"a": 1}}, "", "'$a' is not declared"),
    ("POST", "/api/graphql", {"query": "query A { viewer { id } } query B { viewer { id } }"}, "", "2 operations"),
    ("POST", "/api/graphql", {"document": "{ viewer { id } }"}, "", "an object with a query"),
]


@pytest.mark.parametrize(("method", "path", "body", "query", "why"), WRONG)
def test_a_request_that_github_does_not_describe_is_told(method, path, body, query, why):
    assert [fault for fault in faults(method, path, body, query) if why in fault]


@pytest.mark.parametrize("name", HEADERS)
def test_a_request_names_the_version_and_what_it_accepts(name):
    assert faults("GET", f"{REPO}/pulls/1", **{name.replace("-", "_"): "*/*"})


SENDS = """
import aiohttp
from app.localhub.hub import Hub

async def test_it(tmp_path):
    async with Hub(tmp_path) as hub, aiohttp.ClientSession(headers={headers}) as session:
        await session.get(hub.api_url + "/{path}")
"""


@pytest.mark.parametrize(
    ("path", "sender", "outcome"),
    [
        ("repos/octo/widgets/pulls/1", "dursor/1", pytest.ExitCode.OK),
        ("repos/octo/widgets/pullz/1", "dursor/1", pytest.ExitCode.TESTS_FAILED),
        ("repos/octo/widgets/pullz/1", "somebody/1", pytest.ExitCode.OK),
    ],
)
def test_a_test_in_which_dursor_sends_a_wrong_request_fails(tmp_path, path, sender, outcome):
    text = SENDS.format(headers=HEADERS | {"user-agent": sender}, path=path)
    (tmp_path / "test_sending.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "--rootdir", tmp_path]
    command += ["-p", "tests.conftest", "-p", "no:cacheprovider", "--basetemp", tmp_path / "run"]

    done = subprocess.run(
        [*command, tmp_path / "test_sending.py"], cwd=ROOT, env=os.environ, check=False, capture_output=True, text=True
    )

    assert done.returncode == outcome, done.stdout + done.stderr
    assert ("GitHub describes no such operation" in done.stdout) is (outcome == pytest.ExitCode.TESTS_FAILED)
