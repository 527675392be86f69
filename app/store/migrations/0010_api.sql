-- A creating request that is sent twice with the same key does its work once.
CREATE TABLE idempotency_keys (
    method     TEXT NOT NULL,
    path       TEXT NOT NULL,
    key        TEXT NOT NULL,
    digest     TEXT NOT NULL,
    status     INTEGER NOT NULL,
    body       TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (method, path, key)
);
CREATE INDEX idx_idempotency_keys_age ON idempotency_keys (created_at);
