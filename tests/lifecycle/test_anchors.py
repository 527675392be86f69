"""Where a remark about a finding goes, for diffs as git writes them; the local hub's own rule is the judge."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.lifecycle.anchors import Anchor, Diff, File, Place
from app.localhub import anchors as hub

CHANGED = """\
@@ -1,5 +1,6 @@ def begin():
 one
-two
+TWO
+two and a half
 three
-four
 five
+six
@@ -20,3 +21,3 @@
 twenty
-old
+new
 end
\\ No newline at end of file"""
ADDED = "@@ -0,0 +1,2 @@\n+first\n+second"
REMOVED = "@@ -1,2 +0,0 @@\n-first\n-second\n\\ No newline at end of file"
MARKS = "@@ -3,2 +3,3 @@\n --- a/x\n+++ b/y\n+@@ -1 +1 @@\n-- gone"
WINDOWS = "@@ -1,2 +1,2 @@\n one\r\n-two\r\n+TWO\r\n"
LAST_LINES = "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file"
RETYPED = "@@ -1,2 +0,0 @@\n-a\n-b\n@@ -0,0 +1 @@\n+target\n\\ No newline at end of file"
BROKEN_OFF = CHANGED[: CHANGED.index("-old")]
FILES = {
    "a.py": CHANGED, "added.py": ADDED, "removed.py": REMOVED, "marks.md": MARKS, "windows.txt": WINDOWS,
    "last.txt": LAST_LINES, "link": RETYPED, "broken.py": BROKEN_OFF, "picture.png": None, "empty.py": "",
    "words.py": "this is no patch", "blank.py": "@@ -1,3 +1,3 @@\n a\n\n-b\n+c", "odd.py": "@@ -1 +1 @@ x\n*a",
}  # fmt: skip


def diff() -> Diff:
    files = [File(path, patch) for path, patch in FILES.items()]
    return Diff([*files, File("new name.py", CHANGED, "old name.py"), File("moved.py", None, "was.py")])


def right(path, line, start=None):
    return (path, line, "RIGHT", start)


def left(path, line, start=None):
    return (path, line, "LEFT", start)


TABLE = [
    ("an added line", Place("a.py", 2, 2), right("a.py", 2)),
    ("an added line without an end", Place("a.py", 2, None), right("a.py", 2)),
    ("a line that stayed", Place("a.py", 1, 1), right("a.py", 1)),
    ("the last line of a hunk", Place("a.py", 6, 6), right("a.py", 6)),
    ("a range in one hunk", Place("a.py", 2, 5), right("a.py", 5, 2)),
    ("a range in the second hunk", Place("a.py", 21, 23), right("a.py", 23, 21)),
    ("a range that begins above its hunk", Place("a.py", 15, 22), right("a.py", 22, 21)),
    ("a range that ends below its hunk", Place("a.py", 5, 12), right("a.py", 6, 5)),
    ("a range that touches one line of a hunk", Place("a.py", 6, 19), right("a.py", 6)),
    ("a range over both hunks is in the first", Place("a.py", 1, 23), right("a.py", 6, 1)),
    ("a range that ends before it begins is one line", Place("a.py", 3, 1), right("a.py", 3)),
    ("a line between the hunks", Place("a.py", 10, 10), None),
    ("a range between the hunks", Place("a.py", 8, 20), None),
    ("a line below all", Place("a.py", 24, 24), None),
    ("line 0", Place("a.py", 0, 0), None),
    ("a negative line", Place("a.py", -3, 2), None),
    ("a very large line", Place("a.py", 10**30, 10**40), None),
    ("no line", Place("a.py", None, None), None),
    ("a line that is gone", Place("a.py", 2, 2, old=True), left("a.py", 2)),
    ("a range from a line that is gone to another", Place("a.py", 2, 4, old=True), left("a.py", 4, 2)),
    ("a range that ends with a line that stayed", Place("a.py", 4, 5, old=True), left("a.py", 4)),
    ("a line of the base that stayed", Place("a.py", 3, 3, old=True), right("a.py", 4)),
    ("a line of the base that no hunk shows", Place("a.py", 9, 9, old=True), None),
    ("a new file", Place("added.py", 1, 2), right("added.py", 2, 1)),
    ("a new file's line at the base", Place("added.py", 1, 1, old=True), None),
    ("a removed file", Place("removed.py", 1, 2, old=True), left("removed.py", 2, 1)),
    ("a removed file's line at the head", Place("removed.py", 1, 1), None),
    ("lines that look like headers", Place("marks.md", 4, 5), right("marks.md", 5, 4)),
    ("a line that begins with a dash and is gone", Place("marks.md", 4, 4, old=True), left("marks.md", 4)),
    ("lines with carriage returns", Place("windows.txt", 1, 2), right("windows.txt", 2, 1)),
    ("a last line without an end", Place("last.txt", 1, 1), right("last.txt", 1)),
    ("the same at the base", Place("last.txt", 1, 1, old=True), left("last.txt", 1)),
    ("a file that became a link", Place("link", 1, 1), right("link", 1)),
    ("a renamed file", Place("new name.py", 2, 2), right("new name.py", 2)),
    ("a renamed file's old name", Place("old name.py", 2, 2), right("new name.py", 2)),
    ("its old name and lines", Place("old name.py", 2, 2, old=True), left("new name.py", 2)),
    ("its new name with old lines", Place("new name.py", 2, 2, old=True), left("new name.py", 2)),
    ("a file that was moved and not changed", Place("was.py", 1, 1), None),
    ("a whole hunk before one that breaks off", Place("broken.py", 2, 2), right("broken.py", 2)),
    ("a hunk that breaks off", Place("broken.py", 21, 21), None),
    ("a binary file", Place("picture.png", 1, 1), None),
    ("an empty patch", Place("empty.py", 1, 1), None),
    ("a patch that is none", Place("words.py", 1, 1), None),
    ("a hunk with a line that is none", Place("odd.py", 1, 1), None),
    ("a hunk with an empty line", Place("blank.py", 1, 1), None),
    ("a file that was not changed", Place("other.py", 1, 1), None),
    ("a path out of the repository", Place("../a.py", 1, 1), None),
    ("no path", Place("", 1, 1), None),
]


@pytest.mark.parametrize(("what", "place", "wanted"), TABLE, ids=[row[0] for row in TABLE])
def test_s86_a_finding_stands_where_the_diff_shows_it(what, place, wanted):
    found = diff().anchor(place)
    assert (found and (found.path, found.line, found.side, found.start)) == wanted
    assert found is None or accepted(FILES | {"new name.py": CHANGED}, found)


def accepted(files: dict[str, str | None], anchor: Anchor) -> bool:
    """What the hub, which knows nothing of us, says to it."""
    patch = files.get(anchor.path) or ""
    line = hub.anchor(patch, anchor.line, anchor.side)
    start = hub.anchor(patch, anchor.start or anchor.line, anchor.side)
    return line is not None and start is not None and start.hunk == line.hunk and start.position <= line.position


def test_a_name_that_a_new_file_took_over_means_it_at_the_head_and_the_renamed_one_at_the_base():
    there = Diff([File("b.py", CHANGED, "a.py"), File("a.py", ADDED)])
    new, old = there.anchor(Place("a.py", 2, 2)), there.anchor(Place("a.py", 2, 2, old=True))
    assert (new and new.path, old and (old.path, old.side)) == ("a.py", ("b.py", "LEFT"))


REPLACES = [
    ("a line", Place("a.py", 2, 2), "too", True),
    ("lines", Place("a.py", 2, 3), "one line", True),
    ("nothing, which deletes them", Place("a.py", 2, 3), "", True),
    ("what is there already", Place("a.py", 2, 3), "TWO\ntwo and a half", False),
    ("what is there already, with its end", Place("a.py", 2, 2), "TWO\n", False),
    ("a range of which a part is marked", Place("a.py", 5, 12), "x", False),
    ("lines that are gone", Place("a.py", 2, 2, old=True), "x", False),
    ("lines of the base that stayed", Place("a.py", 3, 3, old=True), "x", False),
    ("lines with carriage returns", Place("windows.txt", 2, 2), "x", False),
    ("something with carriage returns", Place("a.py", 2, 2), "x\r\ny", False),
]


@pytest.mark.parametrize(("what", "place", "suggestion", "wanted"), REPLACES, ids=[row[0] for row in REPLACES])
def test_a_button_is_offered_where_it_replaces_exactly_the_finding_s_lines(what, place, suggestion, wanted):
    found = diff().anchor(place)
    assert found is not None
    assert found.takes(suggestion) is wanted


LINE = st.sampled_from(
    ["a", "b", "", "-", "+", "--- a/x", "+++ b/x", "@@ -1 +1 @@", "\\ No newline", "a\r", " ", "\t\x0b"]
)
TEXT = st.lists(LINE, max_size=40)


def patch_of(old: list[str], new: list[str], context: int) -> str:
    """A patch as GitHub tells it: from the first hunk on."""
    before, after = ([f"{line}\n" for line in lines] for lines in (old, new))
    return "".join(list(difflib.unified_diff(before, after, n=context))[2:]).removesuffix("\n")


@given(TEXT, TEXT, st.integers(0, 3), st.integers(-2, 45), st.none() | st.integers(-2, 45), st.booleans())
def test_whatever_was_changed_the_hub_takes_every_place_we_name(old, new, context, start, end, is_old):
    patch = patch_of(old, new, context)
    found = Diff([File("f", patch)]).anchor(Place("f", start, end, is_old))
    if found is not None:
        assert accepted({"f": patch}, found)
        assert found.start is None or found.start < found.line
    if found is not None and found.present is not None:
        assert list(found.present) == new[(found.start or found.line) - 1 : found.line]
        assert (found.start or found.line, found.line) == (start, max(end or start, start))


@given(TEXT, TEXT)
def test_every_line_that_the_hub_takes_is_found(old, new):
    patch = patch_of(old, new, 1)
    for line in hub.lines(patch):
        if line.right is not None:
            found = Diff([File("f", patch)]).anchor(Place("f", line.right, line.right))
            assert found is not None
            assert (found.line, found.side) == (line.right, "RIGHT")
        elif line.left is not None:
            found = Diff([File("f", patch)]).anchor(Place("f", line.left, line.left, old=True))
            assert found is not None
            assert (found.line, found.side) == (line.left, "LEFT")


@example("\r\n\r", 1, 1, False)
@given(st.text(alphabet="@ -+,1290ab\n\r\\", max_size=200), st.integers(-1, 300), st.integers(-1, 300), st.booleans())
def test_a_strange_patch_breaks_nothing(patch, start, end, is_old):
    for text in (patch, f"@@ -1,2 +1,2 @@\n{patch}"):
        found = Diff([File("f", text)]).anchor(Place("f", start, end, is_old))
        assert found is None or accepted({"f": text}, found)
