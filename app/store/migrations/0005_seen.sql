-- What was shown on GitHub last, so that nothing is written twice, and what the operator took from a configuration.
ALTER TABLE repos ADD COLUMN config_cuts TEXT;
ALTER TABLE prs ADD COLUMN comment_shown TEXT;
ALTER TABLE prs ADD COLUMN check_shown TEXT;
ALTER TABLE prs ADD COLUMN comment_losses INTEGER;
ALTER TABLE agentic_runs ADD COLUMN last_gates TEXT;
ALTER TABLE agentic_runs ADD COLUMN said TEXT;
CREATE TABLE config_checks (
    repo_id      TEXT NOT NULL REFERENCES repos (id),
    number       INTEGER NOT NULL,
    sha          TEXT NOT NULL,
    check_run_id INTEGER,
    shown        TEXT,
    PRIMARY KEY (repo_id, number)
);
-- A comment that an earlier version may have posted is looked for before one is made.
UPDATE prs SET status_comment_id = 0 WHERE status_comment_id IS NULL;
