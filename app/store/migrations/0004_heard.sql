-- What people said or pressed, so that each command is heard once, and how far comments were looked through.
ALTER TABLE repos ADD COLUMN comments_seen_at TEXT;
UPDATE repos SET comments_seen_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now');
CREATE TABLE heard (
    source       TEXT PRIMARY KEY,
    repository   INTEGER NOT NULL,
    number       INTEGER NOT NULL,
    author       TEXT,
    body         TEXT,
    heard_at     TEXT NOT NULL,
    withdrawn_at TEXT,
    told_at      TEXT
);
CREATE INDEX idx_heard_told ON heard (repository, number, author) WHERE told_at IS NOT NULL;
CREATE INDEX idx_heard_age ON heard (heard_at);
