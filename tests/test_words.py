"""What dursor writes on GitHub's pages: strangers' words in it do nothing, wherever they come from and however long."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from app import harmless, words
from app.github import comments
from app.lifecycle.gate import Evidence, Gate, Unmet
from app.lifecycle.merge_gate import Finding
from app.lifecycle.policy import Policy
from app.lifecycle.run import Mode, Phase, Run, Wait
from app.lifecycle.standing import GateLine, Known, gate_lines

DOES_SOMETHING = re.compile(
    r"@[A-Za-z]|#\d|\bGH-\d|!\[|<(?!/?(?:details|summary|sub)>|!-- )[A-Za-z/!?]"
    r"|&[#A-Za-z]|(?m:^\s*/[A-Za-z])|[\u202a-\u202e]"
)
HOSTILE = [
    "@alice look", "@everyone", "cc @octo/core", "fixes #1", "closes: #22", "GH-7", "![x](https://evil.example/x.png)",
    "![x][y]", "<img src=x>", "<picture><source srcset=x>", "<!-- hidden -->", "</details>", "```\n<details>\n",
    "&commat;alice &#64;bob", "/merge", "/LGTM", " " * 40 + "/merge", "\n/dursor merge", "a\u202eb", "```\n@carol\n",
    "- [x] Approve <!-- /dursor approve -->", "| a | b |", "`` ` ``", "\u200b@\u2060dave",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("how", [harmless.harmless, harmless.line, harmless.code, harmless.quote])
def test_hostile_words_do_nothing(how, text):
    assert not DOES_SOMETHING.search(how(text)), how(text)


def test_what_is_harmless_stays_as_it_is():
    text = "a < b && c > d, 100 % of C# in v1.2 (see docs/x.md)"
    assert harmless.harmless(text) == text


def test_fixing_an_address_of_an_issue_closes_nothing():
    assert "fixes https" not in harmless.harmless("fixes https://github.com/o/r/issues/1")


@pytest.mark.parametrize("name", ["a`b", "``", "`a", "x ``` y", "", "a\nb"])
def test_a_name_cannot_leave_its_code_span(name):
    shown = harmless.code(name)
    marks = shown[: len(shown) - len(shown.lstrip("`"))]
    inside = shown[len(marks) : -len(marks)]
    assert "\n" not in shown
    assert shown.endswith(marks)
    assert all(len(run) != len(marks) for run in re.findall("`+", inside))


def test_each_line_of_a_quotation_is_one():
    assert harmless.quote("a\n\n/dursor merge\nb") == "> a\n>\n> \u200b/dursor merge\n> b"


def seen(text: str, run: Run) -> words.Seen:
    """Everything a stranger may have a word in says `text`."""
    shown = [Evidence(text, text), Evidence(text, "javascript:alert(1)"), Evidence(text, "https://x/y#z-1")] * 3
    gates = [GateLine(gate, False, text, text, shown, "2026-01-01T00:00:00.000Z") for gate in Gate]
    return words.Seen(
        run=replace(run, note=text), policy=Policy(reviews=True), gates=gates, since="2026-01-01T00:00:00.000Z",
        findings=[Finding(f"F{n}", "error", text, text, text) for n in range(99)], asked=[(text, text)] * 99,
        failures=[(text, text)] * 30, review=text, score=0.5, ci="red",
        attempts=[words.Attempt("ci", text, "failed", text)] * 30, config_error=text, config_cuts=[text] * 30,
    )  # fmt: skip


RUNS = [
    Run("r", Mode.SEMI_AUTO, Phase.AWAITING_HUMAN, wait=Wait.GATE, head_sha="a" * 40),
    Run("r", Mode.INTERACTIVE, Phase.FIXING_CI, head_sha="a" * 40, paused=True),
    Run("r", Mode.FULL_AUTO, Phase.FAILED, head_sha="a" * 40),
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.phase)
def test_hostile_words_do_nothing_in_the_comment_and_the_check(run, text):
    shown = seen(text, run)
    boxes = [f"- [ ] {offer.label} <!-- /dursor {offer.command} -->" for offer in words.buttons(run, shown.gates)]
    comment = words.status_comment(shown)

    for written in (comment, words.check_run(shown.run, shown.gates)[1]):
        assert not DOES_SOMETHING.search(written), written
    assert comment.count("<!--") >= len(boxes)
    assert re.findall(r"^- \[.\].*-->$", comment, re.MULTILINE)[:3] == boxes
    assert not re.search(r"(?m)^[ >]*- \[x\]", comment)
    assert comment.count("</details>") == comment.count("<details>")


def test_s116_however_long_the_words_the_comment_fits():
    shown = seen("very long \U0001f600 " * 6_000, RUNS[0])
    body = comments.marked(words.STATUS_MARKER, words.status_comment(shown))
    assert len(body.encode("utf-16-le")) // 2 <= 64_000
    assert body.startswith(words.STATUS_MARKER)


def test_the_same_standing_is_written_the_same():
    assert words.status_comment(seen("x", RUNS[0])) == words.status_comment(seen("x", RUNS[0]))


@pytest.mark.parametrize(("met", "sign"), [(True, "✅"), (False, "❌")])
def test_a_review_is_called_good_only_where_its_gate_holds(met, sign):
    gates = [GateLine(Gate.REVIEW, met, "a finding blocks", "dursor")]
    shown = replace(seen("Good.", RUNS[0]), gates=gates, score=0.9)
    assert f"- {sign} Review: Good." in words.status_comment(shown)


def test_gates_that_nobody_looked_at_are_not_called_met():
    lines = {line.gate: line for line in gate_lines(RUNS[0], Policy(), Known(ci="green"))}
    assert lines[Gate.CI].met is True
    assert lines[Gate.APPROVAL].met is False
    assert lines[Gate.SECRET].met is None
    assert Gate.FORK not in lines
    assert Gate.REVIEW not in lines


def test_a_gate_says_what_shows_it_who_acts_next_and_since_when():
    page = "https://github.example/octo/widgets/pull/1#pullrequestreview-7"
    one = GateLine(
        Gate.CHANGES_REQUESTED,
        False,
        "bob requested changes",
        "bob",
        [Evidence("bob", page)],
        "2026-01-02T03:04:05.006Z",
    )
    (told,) = words.checklist([one])
    assert told == (
        f"- ❌ Nobody wants changes: bob requested changes. Evidence: [bob]({page}). Next: bob. "
        "Since 2026-01-02 03:04 UTC."
    )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://x/)[y](z", "https://x/ y", "https://x/@alice", "//x", ""]
)
def test_an_address_that_is_more_than_one_is_no_link(url):
    (told,) = words.checklist([GateLine(Gate.CI, False, "CI is red", "CI", [Evidence("lint", url)])])
    assert "Evidence: lint." in told


def test_the_last_look_at_the_gates_counts_where_nothing_newer_is_known():
    looked = [Unmet(Gate.SECRET, "it adds a key", "the author"), Unmet(Gate.CI, "CI is red", "CI")]
    run = replace(RUNS[0], mode=Mode.FULL_AUTO)
    lines = {line.gate: line for line in gate_lines(run, Policy(), Known(ci="green", gates=looked))}
    assert (lines[Gate.SECRET].met, lines[Gate.SECRET].why) == (False, "it adds a key")
    assert lines[Gate.CI].met is True
    assert lines[Gate.SIZE].met is True
    assert Gate.APPROVAL not in lines
