-- What reviewers find keeps its identity from one commit to the next, and people's remarks on lines get an answer each.
CREATE TABLE findings (
    id           TEXT PRIMARY KEY,
    pr_id        TEXT NOT NULL REFERENCES prs (id),
    number       INTEGER NOT NULL,
    identity     TEXT NOT NULL,
    status       TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'fixed', 'declined')),
    survived     INTEGER NOT NULL DEFAULT 0,
    review_id    TEXT REFERENCES reviews (id),
    comment_id   INTEGER,
    fixed_sha    TEXT,
    declined_by  TEXT,
    declined_why TEXT,
    declined_in_thread INTEGER,
    answered     TEXT,
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL
);
CREATE UNIQUE INDEX idx_findings_number ON findings (pr_id, number);
CREATE UNIQUE INDEX idx_findings_identity ON findings (pr_id, identity);
CREATE TABLE remarks (
    id          TEXT PRIMARY KEY,
    message_id  TEXT NOT NULL REFERENCES messages (id),
    comment_id  INTEGER NOT NULL,
    label       TEXT NOT NULL,
    answered_at TEXT
);
CREATE UNIQUE INDEX idx_remarks_comment ON remarks (message_id, comment_id);
ALTER TABLE review_feedbacks ADD COLUMN finding_id TEXT REFERENCES findings (id);
ALTER TABLE review_feedbacks ADD COLUMN side TEXT CHECK (side IN ('new', 'old'));
CREATE INDEX idx_feedbacks_finding ON review_feedbacks (finding_id);
ALTER TABLE reviews ADD COLUMN base_sha TEXT;
ALTER TABLE reviews ADD COLUMN notes TEXT;
ALTER TABLE reviews ADD COLUMN posted_id INTEGER;
ALTER TABLE agentic_runs ADD COLUMN merge_way TEXT CHECK (merge_way IN ('queue', 'auto'));
ALTER TABLE agentic_runs ADD COLUMN bot_moves TEXT;
ALTER TABLE prs ADD COLUMN head_by TEXT;
