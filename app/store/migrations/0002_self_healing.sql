-- How often the server ended while it had a delivery or a job in hand, and what was asked of GitHub again.
ALTER TABLE webhook_deliveries ADD COLUMN interruptions INTEGER;
ALTER TABLE jobs ADD COLUMN interruptions INTEGER;
CREATE INDEX idx_deliveries_ignored ON webhook_deliveries (received_at) WHERE status = 'ignored';
CREATE TABLE redeliveries (
    guid     TEXT PRIMARY KEY,
    tries    INTEGER NOT NULL,
    asked_at TEXT NOT NULL
);
