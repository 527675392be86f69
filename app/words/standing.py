"""Where a run stands, in words: its phase, what it waits for, and its end."""

from __future__ import annotations

from app.harmless import closed, harmless, quote
from app.lifecycle.fights import Fight
from app.lifecycle.run import Phase, Run, Wait

PHASES: dict[Phase, str] = {
    Phase.CODING: "working on the task",
    Phase.WAITING_CI: "waiting for CI",
    Phase.FIXING_CI: "fixing what CI found",
    Phase.REVIEWING: "reviewing",
    Phase.FIXING_REVIEW: "fixing what the review found",
    Phase.AWAITING_HUMAN: "waiting for a person",
    Phase.MERGING: "merging",
    Phase.COMPLETED: "merged",
    Phase.FAILED: "given up",
    Phase.CANCELED: "canceled",
}

WAITS: dict[Wait, tuple[str, str]] = {
    Wait.APPROVAL: (
        "Everything dursor can check is done; a person decides.",
        "approve this commit (a review, or `/dursor approve`)",
    ),
    Wait.CI_RED: ("CI is red, and dursor fixes it when told.", "`/dursor fix ci`, or push a fix"),
    Wait.CI_NEEDS_PERSON: ("CI waits for a person.", "approve the workflow run on GitHub"),
    Wait.CI_MISSING: ("A required check never started.", "start it, or take it off the branch's rules"),
    Wait.CI_CANCELLED: ("CI was cancelled, which says nothing about the code.", "re-run it"),
    Wait.CI_TOO_SLOW: ("CI does not come to an end.", "look at what hangs, or re-run it"),
    Wait.NO_CI: ("Nothing checks this commit.", "set up CI, or `ci: {none_is_green: true}`"),
    Wait.BASE_RED: ("The base branch is red too.", "mend the base branch; dursor goes on by itself then"),
    Wait.CONFLICT: ("It conflicts with its base branch.", "`/dursor fix conflicts`, or resolve them"),
    Wait.NO_PROGRESS: ("Another fix would not get further.", "look at the failure, push, or `/dursor retry`"),
    Wait.NO_CHANGE: ("The executor changed nothing.", "say what to do (`/dursor do …`), push, or `/dursor retry`"),
    Wait.OPENING: ("The work is pushed; a person opens its pull request.", "open it from the branch dursor pushed"),
    Wait.FINDINGS: ("The review found something.", "`/dursor fix review`, or push a fix"),
    Wait.CHANGES_ASKED: ("Changes were asked for.", "`/dursor fix review`, or push them"),
    Wait.GATE: ("A merge gate does not hold.", "see below; dursor goes on by itself once all hold"),
    Wait.LOOP: (
        "Another program answers each step of dursor's with one of its own, so dursor stopped.",
        "make the two agree, or switch one of them off here; then `/dursor retry` or a push of yours",
    ),
    Wait.REFUSED: ("It was refused.", "see below, then `/dursor retry`"),
    Wait.CANDIDATE: (
        "This is one of several candidates for the same task.",
        "compare them where they were asked for, and take one there with `/dursor pick`",
    ),
    Wait.CANDIDATES: (
        "Several executors try this, each on a branch of its own; their comparison is one comment here.",
        "take one with `/dursor pick N` when they are done",
    ),
    Wait.BUDGET: (
        "The budget does not hold what comes next.",
        "`/dursor budget +N` adds N dollars to a pull request's; a repository's month is raised in its configuration",
    ),
    Wait.BROKEN: ("Something broke that dursor cannot mend.", "see below, then `/dursor retry`"),
}


def waiting(run: Run) -> str:
    """Why a run waits, and who can do what about it."""
    if run.wait is None:
        return f"dursor is {PHASES[run.phase]}."
    why, what = WAITS[run.wait]
    return f"{why} **Next:** {what}." + (f"\n{quote(run.note)}" if run.note else "")


def fight(found: Fight) -> str:
    """What another program did against us, for those who have to make the two agree."""
    who = harmless(found.by, 60) or "A program that GitHub does not name"
    told = {
        "reverted": f"{who} took back what dursor had pushed, {found.times} times",
        "moved": f"{who} pushed after each push of dursor's, {found.times} times",
        "asked": f"{who} asked for work again and again, {found.times} times",
    }
    return f"{told[found.kind]} within an hour."


def awaiting_provider(title: str, until: str) -> str:
    """That work waits for a provider's limit to end; `until` is ISO 8601 in UTC."""
    return (
        f"It waits for {title} until {until[:10]} {until[11:16]} UTC: a limit is reached there. The work goes on "
        "by itself then, and no attempt is spent."
    )


def ended(run: Run) -> str:
    """The last word about a run that was given up."""
    told = closed(f"dursor gave this up: {harmless(run.note or 'no reason was kept')}")
    return f"{told}\n\n`/dursor retry` begins again."
