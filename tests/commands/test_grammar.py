"""Which lines of a comment are commands; what is shown, quoted or hidden is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.commands import grammar
from app.commands.grammar import MAX_ARGUMENT, MAX_COMMANDS, MAX_TEXT, Command

F = "```"

SAID: dict[str, tuple[str, list[str]]] = {
    "a line of its own": ("/dursor fix", ["fix"]),
    "a mention": ("@dursor fix", ["fix"]),
    "a mention in another case": ("@DurSor fix", ["fix"]),
    "an upper-case verb": ("/dursor FIX", ["fix"]),
    "three spaces before": ("   /dursor fix", ["fix"]),
    "tabs between": ("/dursor\t\tfix", ["fix"]),
    "an argument": ("/dursor mode full_auto", ["mode full_auto"]),
    "spaces around the argument": ("/dursor  mode   full_auto  ", ["mode full_auto"]),
    "punctuation behind": ("/dursor pause!", ["pause !"]),
    "CRLF": ("Hello\r\n/dursor fix ci\r\nBye", ["fix ci"]),
    "a lone CR": ("Hello\r/dursor fix\rBye", ["fix"]),
    "text around it": ("Thanks!\n/dursor fix\nBye.", ["fix"]),
    "two commands": ("/dursor pause\n/dursor resume", ["pause", "resume"]),
    "six commands are five": ("/dursor fix\n" * 6, ["fix"] * MAX_COMMANDS),
    "after a code block": (f"{F}\ncode\n{F}\n/dursor fix", ["fix"]),
    "after a code block with a language": (f"{F}python\ncode\n{F}\n/dursor fix", ["fix"]),
    "after a block of tildes": ("~~~\ncode\n~~~\n/dursor fix", ["fix"]),
    "after a longer closing fence": (f"{F}\ncode\n{F}{F}\n/dursor fix", ["fix"]),
    "after code in a line": (f"{F}not a block{F}\n/dursor fix", ["fix"]),
    "after a code block in a list": (f"- {F}\n  code\n  {F}\n/dursor fix", ["fix"]),
    "after a quote": ("> /dursor cancel\n\n/dursor fix", ["fix"]),
    "after an HTML comment": ("<!-- /dursor cancel -->\n/dursor fix", ["fix"]),
    "behind an HTML comment in its line": ("<!-- x -->/dursor fix", ["fix"]),
    "before the tail of a mail": ("/dursor fix\n\nOn Mon, bob wrote:\n> no", ["fix"]),
    "Windows line ends in a code block": (f"{F}\r\n/dursor cancel\r\n{F}\r\n/dursor fix", ["fix"]),
    "after a code block that shows an HTML comment": (f"{F}\n<!--\n{F}\n/dursor fix", ["fix"]),
    "after a code block inside an HTML comment": (f"<!--\n{F}\n-->\n/dursor fix", ["fix"]),
    "after a block of HTML": ("<PRE>\n/dursor cancel\n</pre>\n/dursor fix", ["fix"]),
    "in what can be unfolded": ("<details>\n\n/dursor fix\n\n</details>", ["fix"]),
    "a capital letter, as telephones write it": ("/Dursor Fix", ["fix"]),
    "words as in a mail's head, by themselves": ("From: here on\n/dursor fix", ["fix"]),
    "a sentence with a colon": ("On Mondays it is red:\n/dursor fix", ["fix"]),
    "an accent in the argument": ("/dursor do déjà vu", ["do déjà vu"]),
}

NOT_SAID: dict[str, str] = {
    "nothing": "",
    "no verb": "/dursor",
    "no space before the verb": "/dursorfix",
    "another bot": "@dependabot rebase",
    "a longer name": "@dursor-fan fix",
    "a longer command": "/dursorbot fix",
    "the middle of a line": "please /dursor fix",
    "a list item": "- /dursor fix",
    "a heading": "# /dursor fix",
    "code in a line": "`/dursor fix`",
    "a code block": f"{F}\n/dursor fix\n{F}",
    "a code block that is never closed": f"{F}\n/dursor fix",
    "a code block with a language": f"{F}sh\n/dursor fix\n{F}",
    "a block of tildes": "~~~\n/dursor fix\n~~~",
    "another kind of fence inside": f"{F}\n~~~\n/dursor fix\n{F}",
    "a shorter fence inside": f"{F}`\n{F}\n/dursor fix\n{F}`",
    "an indented fence": f"   {F}\n/dursor fix\n   {F}",
    "a code block in a list": f"- {F}\n  /dursor fix\n  {F}",
    "a code block in a numbered list": f"1. {F}\n   /dursor fix\n   {F}",
    "four spaces": "    /dursor fix",
    "a tab": "\t/dursor fix",
    "spaces and a tab": "  \t/dursor fix",
    "a quote": "> /dursor fix",
    "a quote without a space": ">/dursor fix",
    "a nested quote": "> > /dursor fix",
    "an indented quote": "  > /dursor fix",
    "an HTML comment": "<!-- /dursor fix -->",
    "an HTML comment over lines": "<!--\n/dursor fix\n-->",
    "an HTML comment that is never closed": "<!--\n/dursor fix",
    "an HTML comment with dashes": "<!-- -- > --\n/dursor fix\n-->",
    "the tail of a mail": "On Mon, 2 Mar 2026 bob wrote:\n/dursor fix",
    "an original message": "--- Original Message ---\n/dursor fix".replace("---", "-----"),
    "a line of underscores": "____________\n/dursor fix",
    "a wrapped mail": "On Mon, 2 Mar 2026 at 10:00 AM bob\n<bob@example.com>\nwrote:\n\n/dursor fix",
    "a German mail": "Am Mo., 2. März 2026 um 10:00 Uhr schrieb bob:\n/dursor fix",
    "a French mail": "Le lun. 2 mars 2026 à 10:00, bob a écrit\u00a0:\n/dursor fix",
    "the head of a mail": "From: bob\nSent: Monday, 2 March 2026\nTo: ann\nSubject: x\n\n/dursor fix",
    "the bold head of a mail": "**From:** bob\n**Sent:** Monday\n\n/dursor fix",
    "GitHub's foot of a mail": "Reply to this email directly, view it on GitHub, or unsubscribe.\n/dursor fix",
    "a signature": "Thanks\n-- \n/dursor fix",
    "preformatted HTML": "<pre>\n/dursor fix\n</pre>",
    "preformatted HTML with a class": '<pre lang="sh">\n/dursor fix\n</pre>',
    "a quote in HTML": "<blockquote>\n/dursor fix\n\n/dursor fix\n</blockquote>",
    "HTML that is never closed": "<pre>\n/dursor fix",
    "a no-break space before": "\u00a0/dursor fix",
    "a no-break space between": "/dursor\u00a0fix",
    "a zero-width space": "/dur\u200bsor fix",
    "a byte order mark": "\ufeff/dursor fix",
    "a full-width slash": "\uff0fdursor fix",
    "a right-to-left mark": "\u202e/dursor fix",
    "a line separator": "> quoted\u2028/dursor fix",
    "a paragraph separator": "> quoted\u2029/dursor fix",
    "a next-line sign": "> quoted\u0085/dursor fix",
    "a form feed": "> quoted\x0c/dursor fix",
    "a vertical tab": "> quoted\x0b/dursor fix",
    "a Greek verb": "/dursor φιξ",
}


@pytest.mark.parametrize(("text", "wanted"), SAID.values(), ids=SAID.keys())
def test_s75_a_command_is_found_however_its_line_is_written(text, wanted):
    assert [f"{one.verb} {one.rest}".strip() for one in grammar.commands(text)] == wanted


@pytest.mark.parametrize("text", NOT_SAID.values(), ids=NOT_SAID.keys())
def test_s63_what_is_shown_quoted_or_hidden_is_no_command(text):
    assert grammar.commands(text) == []


def test_an_app_with_another_name_is_spoken_to_by_both():
    assert grammar.commands("@my-bot fix\n@dursor pause", "my-bot") == [Command("fix", ""), Command("pause", "")]


HOSTILE = {
    "open comments": "<!--" * (MAX_TEXT // 4),
    "closed comments": "<!---->" * (MAX_TEXT // 7),
    "fences": "```\n" * (MAX_TEXT // 4),
    "backticks": "`" * MAX_TEXT,
    "list fences": "- " * (MAX_TEXT // 2) + "```",
    "spaces": " " * MAX_TEXT + "x",
    "mail": "On " + "wrote: " * (MAX_TEXT // 7),
    "underscores": "_" * MAX_TEXT + "x",
    "dashes": "-" * MAX_TEXT,
    "quotes": ">" * MAX_TEXT,
    "one long word": "/dursor " + "a" * MAX_TEXT,
    "mentions": "@dursor " * (MAX_TEXT // 8),
    "carriage returns": "\r" * MAX_TEXT,
    "mails": ("Am " + "schrieb " * 40 + "\n") * (MAX_TEXT // 320),
    "heads of mails": "From: To: x\n" * (MAX_TEXT // 12),
    "elements": "<pre></pre>\n" * (MAX_TEXT // 12),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.timeout(10)
def test_s75_a_text_of_64_kib_comes_to_an_end(text):
    assert len(grammar.commands(text)) <= MAX_COMMANDS


def test_what_stands_behind_the_first_64_kib_is_not_read():
    assert grammar.commands("x" * MAX_TEXT + "\n/dursor fix") == []


PIECES = st.sampled_from(
    ["/dursor ", "@dursor ", "fix", "mode", " ", "\t", "\n", "\r\n", "\r", "`", F, "~~~", "> ", "- ", "1. ", "    ",
     "<!--", "-->", "--", "On x wrote:", "\u2028", "\x00", "é", "___________"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join)))
def test_any_text_gives_at_most_five_short_commands(text):
    found = grammar.commands(text)

    assert len(found) <= MAX_COMMANDS
    for one in found:
        assert one.verb.isascii()
        assert one.verb.islower()
        assert one.rest == one.rest.strip()
        assert len(one.rest) <= MAX_ARGUMENT
        assert "\n" not in one.rest


@given(st.lists(PIECES, max_size=40).map("".join))
def test_a_text_in_a_closed_quote_holds_no_command(text):
    quoted = "\n".join(f"> {line}" for line in text.replace("\r", "\n").split("\n"))

    assert grammar.commands(quoted) == []


def test_what_is_said_beside_commands_is_left_without_them():
    assert grammar.without_commands("Please rename.\n/dursor pause\nThanks.") == "Please rename.\nThanks."
    assert grammar.without_commands("  /dursor pause\r\n") == ""


def test_a_text_without_commands_stays_as_it_is():
    shown = f"{F}\n/dursor pause\n{F}\n"
    assert grammar.without_commands(shown) == shown
