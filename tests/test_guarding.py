"""Before a commit of ours is published: what in it looks like a credential, and where samples of such may stand."""

from __future__ import annotations

import pytest

from app import redact
from app.perform import guarding
from app.repo_config import RepoConfig
from app.workspace.diffs import Diff, FileDiff

TOKEN = "ghp_" + "a1B2" * 9
OURS = redact.register("the-secret-of-this-server-" + "z" * 20)
SAMPLE, CODE = "samples/token.txt", "app.py"
CONFIG = RepoConfig(fake_secrets=["samples/**"])


def file(path, old_path=None):
    return FileDiff(path, old_path, "renamed" if old_path else "modified", 1, 0, False, "100644")


def piece(old, new, *lines, extended=()):
    head = [f"diff --git a/{old} b/{new}", *extended, f"--- a/{old}", f"+++ b/{new}", "@@ -1 +1,9 @@"]
    return "\n".join([*head, *lines, ""])


def plain(path, *lines):
    return piece(path, path, *lines)


@pytest.mark.parametrize(
    ("files", "patch", "adds"),
    [
        ([SAMPLE], plain(SAMPLE, f"+{TOKEN}"), False),
        ([SAMPLE], plain(SAMPLE, f"+{OURS}"), True),
        ([CODE], plain(CODE, f"+{TOKEN}"), True),
        ([CODE], plain(CODE, f"-{TOKEN}", f" {TOKEN}"), False),
        ([SAMPLE, CODE], plain(SAMPLE, f"+{TOKEN}") + plain(CODE, f"+{TOKEN}"), True),
        ([CODE, SAMPLE], plain(CODE, "+A = 1") + plain(SAMPLE, f"+{TOKEN}"), False),
        ([CODE, SAMPLE], plain(CODE, f"+++ b/{SAMPLE}", f"+diff --git a/{SAMPLE} b/{SAMPLE}", f"+{TOKEN}"), True),
    ],
    ids=[
        "a sample", "a secret of the server's in a sample", "a secret", "one taken out", "one beside a sample",
        "a sample beside other code", "lines that look like the beginning of a sample",
    ],
)  # fmt: skip
def test_a_credential_is_one_but_in_samples(files, patch, adds):
    assert guarding.adds_secret(Diff(tuple(map(file, files)), patch), CONFIG) is adds


def test_a_rename_whose_first_line_reads_like_that_of_a_sample_is_none():
    sample = "samples/a b/samples/a"
    old, new = "samples/a", "samples/a b/samples/a b/samples/a"
    renamed = piece(old, new, f"+{TOKEN}", extended=[f"rename from {old}", f"rename to {new}"])
    assert renamed.partition("\n")[0] == plain(sample).partition("\n")[0]
    assert guarding.adds_secret(Diff((file(sample), file(new, old)), renamed), CONFIG)
