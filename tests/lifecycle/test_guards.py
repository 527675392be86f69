"""What the guards say of a diff: of gaming ones, of honest ones that look a little like it, and of hostile ones."""

from __future__ import annotations

import difflib
import keyword
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import agent_settings, redact
from app.lifecycle.guards import ChangedFile, Kind, Rules, look
from app.repo_config import PATH
from app.workspace import policy
from tests.lifecycle.guarded import diff, table, touched

RULES = Rules(
    protected=["infra/**"], agent_settings=agent_settings.PATTERNS, lock_files=policy.LOCK_FILES,
    own_configuration=PATH, max_files=5, max_lines=100, is_secret=lambda _, line: redact.holds_secret(line),
)  # fmt: skip
WEAKER, HONEST = table("weaker"), table("honest")


WEAKENS = {Kind.TESTS, Kind.SKIPPED, Kind.ASSERTIONS, Kind.SNAPSHOTS, Kind.COMMANDS, Kind.LIMIT, Kind.SILENCED}


def weakens(files):
    return tuple(one for one in look(files, RULES) if one.kind in WEAKENS)


def phrases(found):
    return [one.phrase for one in found]


@pytest.mark.parametrize("row", WEAKER, ids=[row.title for row in WEAKER])
def test_a_diff_that_weakens_the_checks_is_named(row):
    assert row.said
    assert phrases(weakens(row.files)) == row.said


@pytest.mark.parametrize("row", HONEST, ids=[row.title for row in HONEST])
def test_an_honest_diff_passes(row):
    assert row.files
    assert weakens(row.files) == ()


@pytest.mark.parametrize(
    ("files", "kind", "said"), [row[1:] for row in touched.ROWS], ids=[row[0] for row in touched.ROWS]
)
def test_a_file_that_people_answer_for_is_named_with_what_is_done_to_it(files, kind, said):
    assert [(one.kind, one.phrase) for one in look(files, RULES) if one.kind is not Kind.LIMIT] == [(kind, said)]


@pytest.mark.parametrize("files", [row[1] for row in touched.UNTOUCHED], ids=[row[0] for row in touched.UNTOUCHED])
def test_a_file_that_is_anybodys_passes(files):
    assert look(files, RULES) == ()


def test_files_that_github_does_not_list_are_missed():
    assert phrases(look([], replace(RULES, files_in_all=2))) == ["GitHub lists 0 of 2 files"]


def test_a_secret_is_never_in_what_is_said_of_it():
    files = [diff("a.py", f"@@ -0,0 +1 @@\n+T = '{touched.TOKEN}'", "added")]

    assert touched.TOKEN not in repr(look(files, RULES))


def test_each_way_of_weakening_is_named():
    patch = "-def test_two():\n-    assert f(2) == 2\n+@pytest.mark.skip\n+import os  # noqa"

    assert phrases(weakens([diff("tests/test_a.py", patch)])) == [
        "tests/test_a.py has fewer tests (test_two gone)",
        "tests/test_a.py skips tests",
        "tests/test_a.py silences a checker",
    ]


names = st.from_regex(r"[a-z]{3,8}", fullmatch=True).filter(lambda word: not keyword.iskeyword(word))
body = st.sampled_from(["    assert f({0}) == {1}", "    {0} = g()", "    with {0}() as b:\n        h({1})"])
bodies = st.lists(body, min_size=1, max_size=6)
marks = st.sampled_from(["", "@pytest.mark.skip\n", "@pytest.mark.parametrize('n', [1, 2])\n", "@mock.patch('a.b')\n"])


@st.composite
def functions(draw):
    """Tests of Python with names of their own; each asserts something."""
    found = []
    for name in draw(st.lists(names, min_size=1, max_size=5, unique=True)):
        lines = [line.format(draw(names), draw(st.integers(0, 99))) for line in draw(bodies)]
        found.append(f"{draw(marks)}def test_{name}():\n" + "\n".join(lines) + f"\n    assert {name} == 1\n")
    return found


def patched(path, before, after):
    lines = list(difflib.unified_diff("".join(before).splitlines(), "".join(after).splitlines(), n=3, lineterm=""))
    status = "modified" if before and after else "removed" if before else "added"
    return diff(path, "\n".join(lines[2:]), status)


@given(functions(), st.data())
def test_whole_tests_moved_to_another_file_are_never_named(tests, data):
    going = data.draw(st.lists(st.sampled_from(tests), min_size=1, unique=True))
    staying = [test for test in tests if test not in going]

    assert weakens([patched("tests/test_a.py", tests, staying), patched("tests/unit/test_b.py", [], going)]) == ()


@given(functions(), st.data())
def test_any_single_test_that_goes_is_named(tests, data):
    gone = data.draw(st.sampled_from(tests))
    staying = [test for test in tests if test is not gone]

    found = weakens([patched("tests/test_a.py", tests, staying)])

    assert Kind.TESTS in {one.kind for one in found}


PIECES = [
    "assert ", "(", "[", "{", '"', "'", "\\", "test(", "it.each([", "def test_a():", "@", "#", "if ", "or ", " ",
    "\t", ",", "ignore = [", "fail_under = 9", "catch (", "expect(", "\x0c", "\u2028", "é", "0", "pytest ",
    "- ", ":", "return",
]  # fmt: skip
JUDGED = ("tests/test_a.py", "pyproject.toml", ".github/workflows/a.yml", ".eslintrc.json")
hostile = st.lists(st.tuples(st.sampled_from("+- @\\x"), st.sampled_from(PIECES), st.integers(1, 300)), max_size=12)


@given(
    hostile,
    st.sampled_from(["tests/test_a.py", "a.test.ts", "pyproject.toml", ".github/workflows/a.yml", ".eslintrc", "x"]),
)
def test_no_patch_is_too_strange_to_be_judged(lines, path):
    patch = "\n".join(sign + piece * number for sign, piece, number in lines)

    look([ChangedFile(path, "modified", 1, 1, patch)], RULES)


@pytest.mark.parametrize("piece", PIECES)
def test_a_line_of_many_times_the_same_comes_to_an_end(piece):
    line = piece * (64 * 1024 // len(piece))

    for path in JUDGED:
        look([diff(path, f"@@ -1 +1,2 @@\n-{line}\n+{line}x\n+[{line}")], RULES)


def test_checks_of_thousands_of_paths_are_compared_once():
    """In quadratic time this takes minutes."""
    lines = [*(f"-\tpytest tests/a{n}" for n in range(9_000)), *(f"+\tpytest src/b{n}" for n in range(9_000))]

    narrower = look([diff("Makefile", "\n".join(lines))], RULES)
    wider = look([diff("Makefile", "\n".join([*lines, "+\tpytest tests"]))], RULES)

    other = "Makefile runs checks on other paths than before"
    assert other in phrases(narrower)
    assert other not in phrases(wider)
