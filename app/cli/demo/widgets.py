"""The repository of the demo: a small library, and a pull request with a real bug and real lint errors.

`status is 404` compares identity, so it is false for a number that was parsed; ruff knows how to mend it
(F632), as it does the unused import (F401). What it may not mend by itself (B006) is left to the review.
"""

from __future__ import annotations

FULL_NAME = "octo/widgets"
AUTHOR = "alice"
TITLE = "Tell missing widgets from broken ones"

_CI = """\
name: CI
on: [push, pull_request]
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Lint
        run: ruff check --no-cache --output-format github .
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Test
        run: python -m unittest discover -v
"""

_DURSOR = """\
version: 1
mode: full_auto
executor: EXECUTOR
reviewer: command:lint
commands:
  autofix:
    run: [ruff, check, --no-cache, --fix, .]
    timeout_minutes: 2
  lint:
    run: [ruff, check, --no-cache, --select, "F,B", --output-format, sarif, .]
    output: sarif
    levels: {error: warning}   # ruff calls everything an error
trigger:
  adopt: {authors: [alice]}
ci: {settle_seconds: 1, rerun_failed_once: false}
"""

BASE = {
    "README.md": "# Widgets\n\nA shelf of widgets.\n",
    ".github/workflows/ci.yml": _CI,
    "ruff.toml": '[lint]\nselect = ["E4", "E7", "E9", "F"]\n',
    ".gitignore": "__pycache__/\n.ruff_cache/\n",
    "widgets/__init__.py": '"""Widgets on a shelf."""\n',
    "widgets/shelf.py": (
        '"""A shelf that holds widgets by name."""\n\n\n'
        "class Shelf:\n"
        "    def __init__(self):\n"
        "        self.widgets = {}\n\n"
        "    def put(self, name, widget):\n"
        "        self.widgets[name] = widget\n\n"
        "    def find(self, name):\n"
        "        return self.widgets.get(name)\n"
    ),
    "tests/__init__.py": "",
    "tests/test_shelf.py": (
        "import unittest\n\nfrom widgets.shelf import Shelf\n\n\n"
        "class ShelfTest(unittest.TestCase):\n"
        "    def test_what_was_put_is_found(self):\n"
        "        shelf = Shelf()\n"
        '        shelf.put("cog", 1)\n'
        '        self.assertEqual(shelf.find("cog"), 1)\n'
    ),
}


def base(executor: str) -> dict[str, str]:
    """The files of the default branch, where this executor mends the code."""
    return BASE | {".github/dursor.yml": _DURSOR.replace("EXECUTOR", executor)}


CHANGE = {
    "widgets/answers.py": (
        '"""What the widget service answered."""\n\n'
        "import json\nimport re\n\n\n"
        "def is_missing(status_line):\n"
        '    """Whether the service says that there is no such widget."""\n'
        "    status = int(status_line.split()[1])\n"
        "    return status is 404\n\n\n"
        "def widgets_in(body, found=[]):\n"
        '    """The widgets that an answer lists."""\n'
        '    return found + json.loads(body)["widgets"]\n'
    ),
    "tests/test_answers.py": (
        "import unittest\n\nfrom widgets.answers import is_missing, widgets_in\n\n\n"
        "class AnswersTest(unittest.TestCase):\n"
        "    def test_404_means_missing(self):\n"
        '        self.assertTrue(is_missing("HTTP/1.1 404 Not Found"))\n\n'
        "    def test_200_does_not(self):\n"
        '        self.assertFalse(is_missing("HTTP/1.1 200 OK"))\n\n'
        "    def test_widgets_are_listed(self):\n"
        "        self.assertEqual(widgets_in('{\"widgets\": [1, 2]}'), [1, 2])\n"
    ),
}
