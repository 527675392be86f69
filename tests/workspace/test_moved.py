"""Where lines went between two commits: shifted, replaced, split, gone, or in a file with another name."""

from __future__ import annotations

import pytest

from app import errors
from app.workspace import mirror, moved

BEFORE = "one\ntwo\nthree\nfour\nfive\nsix\n"


async def between(far, root, before, after, branch="topic"):
    """What became of `a.py`; `after` are the files that the second commit changes, None removes one."""
    old = await far.commit({"a.py": before}, branch=branch, parent=far.base)
    new = await far.commit(after, branch=branch, parent=old)
    repo = await mirror.refresh(root, "7", far.remote, [old, new])
    return await moved.between(repo, old, new, ["a.py"])


ROWS = {
    "nothing happened": (BEFORE, (2, 3), (2, 3, True)),
    "lines came before": ("zero\nzero\n" + BEFORE, (2, 3), (4, 5, True)),
    "lines went before": ("two\nthree\nfour\nfive\nsix\n", (2, 3), (1, 2, True)),
    "lines came right before": (BEFORE.replace("two", "new\ntwo"), (2, 3), (3, 4, True)),
    "lines came right behind": (BEFORE.replace("four", "new\nfour"), (2, 3), (2, 3, True)),
    "a line came between": (BEFORE.replace("three", "new\nthree"), (2, 3), (2, 4, False)),
    "the line was replaced": (BEFORE.replace("two", "2"), (2, 2), (2, 2, False)),
    "the line became two": (BEFORE.replace("two", "2a\n2b"), (2, 2), (2, 3, False)),
    "the line is gone": (BEFORE.replace("two\n", ""), (2, 2), (2, 1, False)),
    "the first of the lines was replaced": (BEFORE.replace("two", "2"), (2, 4), (2, 4, False)),
    "the last of the lines was replaced": (BEFORE.replace("four", "4a\n4b"), (2, 4), (2, 5, False)),
    "one in the middle is gone": (BEFORE.replace("three\n", ""), (2, 4), (2, 3, False)),
    "more than the lines was replaced": ("one\nnew\nsix\n", (3, 4), (2, 2, False)),
    "it is about the whole file": (BEFORE.replace("two", "2"), (None, None), (None, None, True)),
    "it is no text any more": ("\0" * 20, (2, 2), (1, 0, False)),
}


@pytest.mark.parametrize(("after", "lines", "expected"), ROWS.values(), ids=ROWS)
async def test_lines_are_where_they_went(far, root, after, lines, expected):
    found = await between(far, root, BEFORE, {"a.py": after, "other.py": "x\n"})
    assert found.lines("a.py", *lines) == moved.Lines("a.py", *expected)


async def test_lines_follow_their_file_to_another_name_and_end_with_it(far, root):
    found = await between(far, root, BEFORE, {"a.py": None, "b.py": "zero\n" + BEFORE})
    assert found.lines("a.py", 2, 3) == moved.Lines("b.py", 3, 4, is_same=True)
    found = await between(far, root, BEFORE, {"a.py": None}, "other")
    assert found.lines("a.py", 2, 3) is None


async def test_names_are_as_people_see_them(far, root):
    name = 'na "me\té.py'
    old = await far.commit({name: BEFORE}, branch="topic", parent=far.base)
    new = await far.commit({name: "zero\n" + BEFORE}, branch="topic", parent=old)
    repo = await mirror.refresh(root, "7", far.remote, [old, new])
    assert (await moved.between(repo, old, new, [name])).lines(name, 1, 1) == moved.Lines(name, 2, 2, is_same=True)


async def test_a_file_over_the_number_that_is_compared_counts_as_replaced(far, root, monkeypatch):
    monkeypatch.setattr(moved, "MOST_FILES", 0)
    found = await between(far, root, BEFORE, {"a.py": "zero\n" + BEFORE})
    assert found.lines("a.py", 2, 3) == moved.Lines("a.py", 1, 0, is_same=False)


async def test_a_commit_that_is_not_there_is_told(far, root):
    repo = await mirror.refresh(root, "7", far.remote, [far.base])
    with pytest.raises(errors.NotFound):
        await moved.between(repo, "1234567890" * 4, far.base, ["a.py"])


async def test_lines_are_found_without_reading_every_change_of_their_file(far, root, monkeypatch):
    count = 20_000
    before = "".join(f"{number}\n" for number in range(1, count + 1))
    after = "".join("x\n" if number % 2 else f"{number}\n" for number in range(1, count + 1))
    found = await between(far, root, before, {"a.py": after})
    looked_at = 0
    old = moved._old

    def counted(hunk):
        nonlocal looked_at
        looked_at += 1
        return old(hunk)

    monkeypatch.setattr(moved, "_old", counted)
    for line in range(count - 1_000, count, 2):
        assert found.lines("a.py", line, line) == moved.Lines("a.py", line, line, is_same=True)
        assert found.lines("a.py", line + 1, line + 1) == moved.Lines("a.py", line + 1, line + 1, is_same=False)
    assert looked_at < 100_000
