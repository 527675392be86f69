"""Which words of a comment are a command, and whose."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Mode
from tests.stories import scenes

NOT_SAID_TO_US = {
    "a code block": "Like this:\n```\n/dursor cancel\n```\n",
    "indented code": "Like this:\n\n    /dursor cancel\n",
    "a quote": "> /dursor cancel\n\nI disagree.",
    "an HTML comment": "Fine. <!-- \n/dursor cancel\n-->",
    "the tail of a mail": "Thanks!\n\nOn Mon, 2 Mar 2026 bob wrote:\n/dursor cancel",
    "the middle of a sentence": "You could say /dursor cancel here.",
    "a zero-width space": "/dur\u200bsor cancel",
    "a line that GitHub does not break": "Nice.\u2028/dursor cancel",
}


@pytest.mark.parametrize("body", NOT_SAID_TO_US.values(), ids=NOT_SAID_TO_US.keys())
async def test_s63_what_is_quoted_or_shown_is_not_said_to_dursor(hub, server, body):
    pull = await scenes.working_on(hub, server)

    comment = hub.comment(pull, body, author="alice")
    await server.rest()

    assert not (await server.run(pull)).is_terminal
    assert scenes.reactions(comment) == set()


ODD_BUT_SAID = {
    "CRLF": "Thanks.\r\n/dursor pause\r\nBye.\r\n",
    "upper case": "/DURSOR PAUSE".replace("DURSOR", "dursor"),
    "a mention": "@dursor pause",
    "trailing punctuation": "/dursor pause.",
    "after a hostile text": "<!-- x -->" * 6000 + "\n/dursor pause",
}


@pytest.mark.parametrize("body", ODD_BUT_SAID.values(), ids=ODD_BUT_SAID.keys())
async def test_s75_a_command_is_heard_however_its_line_is_written(hub, server, body):
    pull = await scenes.working_on(hub, server)

    hub.comment(pull, body, author="alice")

    await server.until(pull, paused=True)


async def test_s75_several_commands_in_one_comment_are_obeyed_in_their_order(hub, server):
    pull = await scenes.working_on(hub, server)

    hub.comment(pull, "/dursor pause\n\nand\n\n/dursor mode interactive\n/dursor resume", author="alice")

    await server.until(pull, paused=False, mode=Mode.INTERACTIVE)
    history = await server.history(pull)
    assert [line.split()[0] for line in history if line.split()[0] in {"Paused", "ModeChosen", "Resumed"}] == [
        "Paused",
        "ModeChosen",
        "Resumed",
    ]


@pytest.mark.parametrize("role", ["read", "triage", "none"])
async def test_s66_who_may_not_write_is_refused_once_and_changes_nothing(hub, server, role):
    pull = await scenes.working_on(hub, server)
    hub.set_permission(pull.repository, "mallory", role)

    comment = hub.comment(pull, "/dursor cancel", author="mallory")
    await server.rest()

    assert not (await server.run(pull)).is_terminal
    assert scenes.reactions(comment) == {"eyes", "confused"}
    assert len(scenes.said_by_us(hub, pull, "needs write permission")) == 1


async def test_s65_whoever_may_write_commands_whatever_github_calls_them(hub, server):
    """The association of a private member of an organization is CONTRIBUTOR."""
    pull = await scenes.working_on(hub, server)
    hub.set_permission(pull.repository, "quiet-member", "maintain")

    comment = hub.comment(pull, "/dursor pause", author="quiet-member")

    await server.until(pull, paused=True)
    await server.rest()
    assert scenes.reactions(comment) == {"eyes", "rocket"}


async def test_s67_another_app_commands_nothing(hub, server):
    pull = await scenes.working_on(hub, server)

    comment = hub.comment(pull, "/dursor cancel", author="evil[bot]")
    await server.rest()

    assert not (await server.run(pull)).is_terminal
    assert scenes.reactions(comment) == set()


async def test_s67_an_app_that_the_configuration_names_commands(hub, server):
    pull = await scenes.working_on(hub, server, more='trust: {bots: ["release[bot]"]}')

    hub.comment(pull, "/dursor pause", author="release[bot]")

    await server.until(pull, paused=True)


async def test_s68_our_own_words_command_nothing(hub, server):
    pull = await scenes.working_on(hub, server)

    comment = hub.comment(pull, "/dursor cancel", author=scenes.BOT)
    await server.rest()

    assert not (await server.run(pull)).is_terminal
    assert scenes.reactions(comment) == set()
