"""Diffs that weaken what checks them, and honest ones that look a little like it."""

from __future__ import annotations

import pytest

from app.lifecycle.diff_guards import ChangedFile, weakens

TEST = "tests/test_a.py"


def diff(path, patch, status="modified", old_path=None):
    lines = patch.splitlines()
    added, removed = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    return ChangedFile(path, status, added, removed, patch, old_path)


def gone(path, patch):
    return diff(path, patch, "removed")


TWO_TESTS = "-def test_one():\n-    assert f(1) == 1\n-def test_two():\n-    assert f(2) == 2"
BOTH_AGAIN = TWO_TESTS.replace("-def", "+def").replace("-    ", "+    ")
PARAMETRIZED = """\
+@pytest.mark.parametrize("n", [1, 2])
+def test_both(n):
+    assert f(n) == n"""
ROWS = """\
+@pytest.mark.parametrize(
+    ("n", "m"),
+    [
+        (1, 1),
+        pytest.param(2, 2, id="two"),
+    ],
+)
+def test_both(n, m):
+    assert f(n) == m"""

WEAKER = [
    ("a deleted test file", [gone(TEST, TWO_TESTS)], "tests/test_a.py has fewer tests"),
    ("a deleted spec", [gone("spec/a_spec.rb", "-it 'works' do\n-end")], "spec/a_spec.rb deleted"),
    ("a deleted test file too large to be shown", [ChangedFile(TEST, "removed", 0, 900)], "tests/test_a.py deleted"),
    ("a test file changed by more than is shown", [ChangedFile(TEST, "modified", 9, 900)],
     "tests/test_a.py changed by more than GitHub shows"),
    ("one test less", [diff(TEST, "-def test_two():\n-    assert f(2) == 2")], "tests/test_a.py has fewer tests"),
    ("one async test less", [diff(TEST, "-async def test_two(): ...")], "tests/test_a.py has fewer tests"),
    ("two tests replaced by one", [diff(TEST, TWO_TESTS + "\n+def test_both():\n+    assert True")],
     "tests/test_a.py has fewer tests"),
    ("a parametrized test with too few rows", [diff(TEST, f"{TWO_TESTS}\n-def test_3(): ...\n{PARAMETRIZED}")],
     "tests/test_a.py has fewer tests"),
    ("one JavaScript test less", [diff("src/a.test.ts", "-  it('adds', () => {")], "src/a.test.ts has fewer tests"),
    ("one Go test less", [diff("a_test.go", "-func TestAdd(t *testing.T) {")], "a_test.go has fewer tests"),
    ("one Rust test less", [diff("tests/a.rs", "-#[test]\n-fn adds() {}")], "tests/a.rs has fewer tests"),
    ("a skip", [diff(TEST, "+@pytest.mark.skip\n def test_one():")], "tests/test_a.py skips tests"),
    ("a conditional skip", [diff(TEST, "+@pytest.mark.skipif(True, reason='')")], "tests/test_a.py skips tests"),
    ("an unconditional mark of a module", [diff(TEST, "+pytestmark = pytest.mark.xfail")],
    "tests/test_a.py skips tests"),
    ("a skip of unittest", [diff(TEST, "+    @unittest.skipUnless(X, '')")], "tests/test_a.py skips tests"),
    ("a skip within a test", [diff(TEST, "+    self.skipTest('flaky')")], "tests/test_a.py skips tests"),
    ("a skip of JavaScript", [diff("a.spec.js", "-it('x', f)\n+it.skip('x', f)")], "a.spec.js skips tests"),
    ("a focus of JavaScript", [diff("a.spec.js", "-it('x', f)\n+it.only('x', f)")], "a.spec.js skips tests"),
    ("an x before a test", [diff("a.spec.js", "+xdescribe('x', f)")], "a.spec.js skips tests"),
    ("a skip of Go", [diff("a_test.go", '+\tt.Skip("flaky")')], "a_test.go skips tests"),
    ("an ignored test of Rust", [diff("src/lib.rs", "+    #[ignore]")], "src/lib.rs skips tests"),
    ("a disabled test of Java", [diff("src/ATest.java", "+  @Disabled")], "src/ATest.java skips tests"),
    ("assertions dropped", [diff(TEST, "-    assert f(1) == 1\n+    f(1)")], "tests/test_a.py drops assertions"),
    ("a test file that is no test any more", [diff("tests/a.py.off", "", "renamed", TEST)],
     "tests/test_a.py is no test any more as tests/a.py.off"),
    ("a noqa", [diff("app/a.py", "+import os  # noqa: F401")], "app/a.py silences a checker"),
    ("a type: ignore", [diff("app/a.py", "+x = f()  # type: ignore[arg-type]")], "app/a.py silences a checker"),
    ("a pragma against coverage", [diff("app/a.py", "+    else:  # pragma: no cover")], "app/a.py silences a checker"),
    ("an eslint-disable", [diff("a.ts", "+/* eslint-disable */")], "a.ts silences a checker"),
    ("a ts-ignore", [diff("a.ts", "+// @ts-ignore")], "a.ts silences a checker"),
    ("an allow of Rust", [diff("src/a.rs", "+#![allow(warnings)]")], "src/a.rs silences a checker"),
    ("a tolerated failure", [diff("ci.yml", "+    continue-on-error: true")], "ci.yml silences a checker"),
    ("a swallowed exit code", [diff("Makefile", "-\tpytest\n+\tpytest || true")], "Makefile silences a checker"),
    ("a rule turned off", [diff(".eslintrc.json", '+"no-undef": "off",')], ".eslintrc.json silences a checker"),
    ("a rule left out", [diff("pyproject.toml", '+extend-ignore = ["F401"]')], "pyproject.toml silences a checker"),
    ("less coverage", [diff("setup.cfg", "-fail_under = 90\n+fail_under = 80")], "setup.cfg loosens fail-under"),
    ("no coverage", [diff("tox.ini", "-  --cov-fail-under=90")], "tox.ini loosens fail-under"),
    ("less coverage of JavaScript", [diff("jest.config.js", "-  branches: 80,\n+  branches: 8,")],
     "jest.config.js loosens branches"),
    ("longer lines", [diff("pyproject.toml", "-line-length = 100\n+line-length = 1000")],
     "pyproject.toml loosens line-length"),
    ("more complexity", [diff(".flake8", "-max-complexity = 8\n+max-complexity = 80")],
    ".flake8 loosens max-complexity"),
    ("more warnings", [diff("package.json", '-"eslint --max-warnings 0"\n+"eslint --max-warnings 50"')],
     "package.json loosens max-warnings"),
]  # fmt: skip

HONEST = [
    ("code without tests", [diff("app/a.py", "-x = 1\n+x = 2")]),
    ("a new test", [diff(TEST, "+def test_three():\n+    assert f(3) == 3")]),
    ("a renamed test", [diff(TEST, "-def test_one():\n+def test_first():")]),
    ("a rewritten test", [diff(TEST, "-    assert f(1) == 1\n+    assert f(1) == one")]),
    ("tests as methods", [diff(TEST, TWO_TESTS + "\n+class TestF:\n" + BOTH_AGAIN.replace("+def", "+    def"))]),
    ("tests parametrized on one line", [diff(TEST, TWO_TESTS + "\n" + PARAMETRIZED)]),
    ("tests parametrized in rows", [diff(TEST, TWO_TESTS + "\n" + ROWS)]),
    ("tests moved to another file", [diff(TEST, TWO_TESTS), diff("tests/test_b.py", BOTH_AGAIN, "added")]),
    ("a file of tests split and deleted", [gone(TEST, TWO_TESTS), diff("tests/test_b.py", BOTH_AGAIN, "added")]),
    ("a renamed test file", [diff("tests/test_b.py", "", "renamed", TEST)]),
    ("a test file moved beside its code", [diff("app/a_test.py", "", "renamed", "tests/a_test.py")]),
    ("an empty __init__.py deleted", [ChangedFile("tests/__init__.py", "removed", 0, 0)]),
    ("a helper deleted that is no test", [gone("app/helper.py", "-def test_like(): ...")]),
    ("a skip taken away", [diff(TEST, "-@pytest.mark.skip\n def test_one():")]),
    ("a skip with another reason", [diff(TEST, "-@pytest.mark.skip('a')\n+@pytest.mark.skip('b')")]),
    ("a stream that skips", [diff("src/A.java", "+  stream.skip(1).map(f)")]),
    ("an iterator that skips", [diff("src/a.rs", "+    lines.skip(1)")]),
    ("a fixture rewritten without assertions", [diff("tests/conftest.py", "-    yield a\n+    yield b")]),
    ("an assertion moved within its test", [diff(TEST, "-    assert a\n     f()\n+    assert a")]),
    ("a noqa taken away", [diff("app/a.py", "-import os  # noqa: F401")]),
    ("a comment about types", [diff("app/a.py", "+# the type is ignored by the caller")]),
    ("more coverage", [diff("setup.cfg", "-fail_under = 80\n+fail_under = 90")]),
    ("coverage moved to another file", [diff("setup.cfg", "-fail_under = 80"), diff("pyproject.toml",
    "+fail_under = 80")]),
    ("shorter lines", [diff("pyproject.toml", "-line-length = 120\n+line-length = 100")]),
    ("less complexity", [diff("tox.ini", "-max-complexity = 12\n+max-complexity = 10")]),
    ("a threshold of the program's own", [diff("app/score.py", "-threshold = 5\n+threshold = 4")]),
    ("branches in a text", [diff("README.md", "-branches: 8\n+branches: 7")]),
    ("a binary file beside the tests", [ChangedFile("tests/data/a.png", "modified", 0, 0)]),
    ("a version bump", [diff("pyproject.toml", '-version = "1.0"\n+version = "1.1"')]),
]  # fmt: skip


@pytest.mark.parametrize(("files", "phrase"), [row[1:] for row in WEAKER], ids=[row[0] for row in WEAKER])
def test_a_diff_that_weakens_the_checks_is_named(files, phrase):
    assert weakens(files) == [phrase]


@pytest.mark.parametrize("files", [row[1] for row in HONEST], ids=[row[0] for row in HONEST])
def test_an_honest_diff_passes(files):
    assert weakens(files) == []


def test_each_way_of_weakening_is_named():
    patch = "-def test_two():\n-    assert f(2) == 2\n+@pytest.mark.skip\n+import os  # noqa"

    assert weakens([diff(TEST, patch)]) == [
        "tests/test_a.py skips tests",
        "tests/test_a.py silences a checker",
        "tests/test_a.py has fewer tests",
    ]
