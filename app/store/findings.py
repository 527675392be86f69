"""findings: the ledger of what reviewers found in a pull request. open -> fixed | declined; fixed -> open."""

from __future__ import annotations

from app.store.connection import Connection, Row
from app.store.rows import insert, one, update


def open_(db: Connection, pr_id: str, identity: str) -> str:
    """A new finding under the next number of its pull request; returns its id."""
    finding_id = db.new_id()
    taken = one(db, "SELECT coalesce(max(number), 0) AS last FROM findings WHERE pr_id = ?", pr_id)
    insert(
        db, "findings", id=finding_id, pr_id=pr_id, number=(taken["last"] if taken else 0) + 1, identity=identity,
        created_at=db.now, updated_at=db.now,
    )  # fmt: skip
    return finding_id


def get(db: Connection, finding_id: str) -> Row:
    """The row of a finding that exists. Raises LookupError."""
    row = one(db, "SELECT * FROM findings WHERE id = ?", finding_id)
    if row is None:
        raise LookupError(f"finding {finding_id} does not exist")
    return row


def of_pull(db: Connection, pr_id: str) -> list[Row]:
    """Every finding of a pull request, by number."""
    return db.execute("SELECT * FROM findings WHERE pr_id = ? ORDER BY number", (pr_id,)).fetchall()


def known(db: Connection, pr_id: str) -> list[Row]:
    """Every finding of a pull request, by number, as the newest review that named it found it.

    Its own columns, those of that row of `review_feedbacks`, and the commit reviewed then as `seen_sha`.
    """
    return db.execute(
        """SELECT findings.*, file_path, line_start, line_end, severity, category, title, description, suggestion,
                  code_snippet, side, reviews.sha AS seen_sha
           FROM findings
           LEFT JOIN review_feedbacks AS newest
             ON newest.id = (SELECT max(id) FROM review_feedbacks WHERE finding_id = findings.id)
           LEFT JOIN reviews ON reviews.id = newest.review_id
           WHERE pr_id = ? ORDER BY number""",
        (pr_id,),
    ).fetchall()


def by_comment(db: Connection, pr_id: str, comment_id: int) -> Row | None:
    """The finding whose thread begins with this remark."""
    return one(db, "SELECT * FROM findings WHERE pr_id = ? AND comment_id = ?", pr_id, comment_id)


def counted(db: Connection, review_id: str) -> list[Row]:
    """What a review found and nobody declined, the gravest first: what score and gates are made of.

    With it what was declined when it came to its end, and is open again, as it was found last. Rows of
    `review_feedbacks`, with the finding's `number`, `shown_in` (its `review_id`), `comment_id` and `survived`; these
    are null for what was found before there was a ledger.
    """
    return db.execute(
        """SELECT * FROM (
               SELECT review_feedbacks.*, number, findings.review_id AS shown_in, comment_id, survived
               FROM review_feedbacks LEFT JOIN findings ON findings.id = finding_id
               WHERE review_feedbacks.review_id = :review AND coalesce(status, 'open') <> 'declined'
               UNION ALL
               SELECT newest.*, findings.number, findings.review_id, comment_id, survived
               FROM reviews
               JOIN prs ON prs.task_id = reviews.task_id
               JOIN findings ON pr_id = prs.id AND findings.status = 'open'
               JOIN review_feedbacks AS newest
                 ON newest.id = (SELECT max(id) FROM review_feedbacks WHERE finding_id = findings.id)
               WHERE reviews.id = :review AND newest.review_id < :review)
           ORDER BY instr('critical error warning info', severity), file_path, line_start, number""",
        {"review": review_id},
    ).fetchall()


def show(db: Connection, finding_id: str, review_id: str, comment_id: int | None) -> None:
    """Note the review whose post showed it, and the remark that its thread begins with, if it has one."""
    update(db, "findings", finding_id, review_id=review_id, comment_id=comment_id, updated_at=db.now)


def identify(db: Connection, finding_id: str, identity: str) -> None:
    """Note the identity that it has at the newest commit: its file was renamed, or its lines were changed."""
    update(db, "findings", finding_id, identity=identity, updated_at=db.now)


def outlive(db: Connection, finding_id: str) -> None:
    """Count a fix that was meant for it and left it."""
    db.execute("UPDATE findings SET survived = survived + 1, updated_at = ? WHERE id = ?", (db.now, finding_id))


def fix(db: Connection, finding_id: str, sha: str) -> bool:
    """open -> fixed at a commit; False when it was not open."""
    return bool(
        db.execute(
            """UPDATE findings SET status = 'fixed', fixed_sha = ?, survived = 0, updated_at = ?
               WHERE id = ? AND status = 'open'""",
            (sha, db.now, finding_id),
        ).rowcount
    )


def decline(db: Connection, finding_id: str, *, by: str, why: str, in_thread: bool = False) -> bool:
    """open | fixed -> declined by a person, perhaps by resolving its thread; False when it was declined before."""
    return bool(
        db.execute(
            """UPDATE findings SET status = 'declined', declined_by = ?, declined_why = ?,
                   declined_in_thread = ?, updated_at = ?
               WHERE id = ? AND status <> 'declined'""",
            (by, why, 1 if in_thread else None, db.now, finding_id),
        ).rowcount
    )


def reopen(db: Connection, finding_id: str) -> bool:
    """fixed | declined -> open; False when it was open.

    A thread that was told of the fix is over, so the finding is shown once more, in a new one.
    """
    return bool(
        db.execute(
            """UPDATE findings
               SET status = 'open', fixed_sha = NULL, declined_by = NULL, declined_why = NULL,
                   declined_in_thread = NULL, updated_at = ?,
                   review_id = CASE WHEN answered LIKE 'fixed:%' THEN NULL ELSE review_id END,
                   comment_id = CASE WHEN answered LIKE 'fixed:%' THEN NULL ELSE comment_id END,
                   answered = NULL
               WHERE id = ? AND status <> 'open'""",
            (db.now, finding_id),
        ).rowcount
    )


def in_threads(db: Connection, pr_id: str) -> list[Row]:
    """Findings whose threads tell something by being resolved, or open again: open ones, and those declined so."""
    return db.execute(
        """SELECT * FROM findings WHERE pr_id = ? AND comment_id IS NOT NULL
           AND (status = 'open' OR (status = 'declined' AND declined_in_thread = 1)) ORDER BY number""",
        (pr_id,),
    ).fetchall()


def to_answer(db: Connection, pr_id: str) -> list[Row]:
    """Findings whose thread was not told yet that they are fixed or declined; `answer` is what `answered` will be."""
    return db.execute(
        """SELECT *, CASE status WHEN 'fixed' THEN 'fixed:' || fixed_sha ELSE status END AS answer FROM findings
           WHERE pr_id = ? AND status <> 'open' AND comment_id IS NOT NULL AND answered IS NOT answer
           ORDER BY number""",
        (pr_id,),
    ).fetchall()


def answered(db: Connection, finding_id: str, answer: str) -> None:
    """Note what its thread was told: `fixed:SHA` or `declined`."""
    update(db, "findings", finding_id, answered=answer, updated_at=db.now)
