"""What a pull request says that dursor opens: by its executor or in our own words, harmless, and never too long."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app import harmless, words
from app.lifecycle.run import Mode, Phase, Run

SAID = [
    {"role": "user", "content": "Count the widgets"},
    {"role": "assistant", "content": "Counted them, @everyone. Fixes #9"},
]
FILES = [words.File("app/count.py", 3, 1), words.File("a`b.py", 1, 0)]


def test_our_own_words_tell_what_was_asked_what_was_done_and_what_changed():
    body = words.pull_body(SAID, 7, FILES)
    assert body.startswith("Closes #7\n\n## What was asked\n\n> Count the widgets\n\n## What was done")
    assert "- `app/count.py` +3 \u22121" in body
    assert "@everyone" not in body
    assert "#9" not in body


def test_of_many_files_the_first_are_shown_and_the_rest_counted():
    body = words.pull_body(SAID, None, [words.File(f"{number}.py", 1, 1) for number in range(33)])
    assert body.count(".py") == 20
    assert "- and 13 more" in body
    assert "Closes" not in body


def test_an_executors_words_are_harmless_and_do_not_swallow_what_is_ours():
    written = (
        "Good.\n<!-- hint -->\n- [x] signed\n* [ ] read\n/dursor merge\n![spy](https://e.vil/x)\nCloses #3\n```\nopen"
    )
    body = words.pull_body(SAID, 7, FILES, written=written)
    assert body.startswith("Closes #7\n\nGood.")
    assert "hint" not in body
    assert "- [ ] signed\n* [ ] read" in body
    assert "\n/dursor" not in body.replace("`/dursor", "")
    assert "![" not in body
    assert "#3" not in body
    assert body.index("open\n```\n\n---") > 0


OPEN = [("```\na", "\n```"), ("```\n~~~", "\n```"), ("~~~~\n~~~\n```", "\n~~~~"), ("a\n```py\n````x", "\n```")]
SHUT = ["```a```", "```\na\n`````  ", "a ```", "```\n~~~\n```", "``"]


@pytest.mark.parametrize(("text", "end"), [*OPEN, *((text, "") for text in SHUT)])
def test_no_fence_of_a_strangers_swallows_what_stands_behind_it(text, end):
    run = Run("run", Mode.SEMI_AUTO, Phase.FAILED, note=text)
    item: Any = {"title": "One", "description": text} | dict.fromkeys(("target_files", "implementation_hint", "tags"))
    item |= {
        "number": 1,
        "type": "bug_fix",
        "estimated_size": "small",
        "archived_at": None,
        "phase": None,
        "subtasks": None,
    }

    assert harmless.closed(text) == text + end
    assert words.pull_body(SAID, 7, FILES, written=f"Good.\n{text}").count(f"{text.strip()}{end}\n\n---") == 1
    assert words.ended(replace(run, note=f"It broke:\n{text}")).count(f"{text}{end}\n\n`/dursor retry`") == 1
    assert words.status_line(replace(run, note=f"It broke:\n{text}")).endswith(f"{text}{end}".rstrip())
    assert words.backlog_comment([item], None).count(f"{text}{end}\n\n</details>") == 1


@pytest.mark.parametrize("written", ["", " \n", "<!-- nothing seen -->", "\u200b\u2060"])
def test_words_that_show_nothing_are_no_description(written):
    assert "## What was asked" in words.pull_body(SAID, 7, FILES, written=written)


TEMPLATE = """\
<!-- ## Description of this template -->
# Our rules

```
## Summary
```

## Describe your change
<!-- What and why? Fixes #123 -->

## Checks
- [ ] I have read the rules
"""


def test_our_words_stand_under_the_templates_fitting_heading_and_its_checks_stay():
    body = words.pull_body(SAID, 7, FILES, template=TEMPLATE)
    assert body.index("## Describe your change") < body.index("> Count the widgets") < body.index("## Checks")
    assert body.index("```\n## Summary\n```") < body.index("## Describe your change")
    assert "- [ ] I have read the rules" in body
    assert "#123" not in body
    assert "## What was asked" not in body


def test_a_template_without_a_fitting_heading_stands_below():
    body = words.pull_body(SAID, None, template="- [ ] Tests\n")
    assert body.index("> Count the widgets") < body.index("- [ ] Tests")


@pytest.mark.parametrize(
    ("titles", "shown"),
    [
        (("", None, "x/1-a"), "x/1-a"), (("\u200b\u202e", "b"), "b"),
        (("\U0001f600\U0001f680",), "\U0001f600\U0001f680"),
        (("a\n b",), "a b"), ((None, ""), "Work of dursor"),
    ],
)  # fmt: skip
def test_a_title_is_the_first_that_shows_something(titles, shown):
    assert words.pull_title(*titles) == shown


def test_a_title_closes_nothing_when_it_becomes_a_commit():
    assert "#1" not in words.pull_title("Fixes #1")


def test_the_page_to_open_a_pull_request_is_named_in_an_address_that_holds():
    told = words.pull_left("https://github.com/o/r", "rel/1", "x/1-\u00fc)b", "A & B \U0001f600" * 900, 7)
    address = told.split("](")[1].split(")")[0]
    assert address.startswith("https://github.com/o/r/compare/rel/1...x/1-%C3%BC%29b?expand=1&title=A%20%26%20B")
    assert address.endswith("&body=Closes%20%237")
    assert len(address) < 5000
