-- Tasks that begin in an issue, several candidates for one task, a backlog, and money that is set aside before it is spent.
ALTER TABLE tasks ADD COLUMN issue_number INTEGER;
ALTER TABLE tasks ADD COLUMN executor TEXT;
ALTER TABLE tasks ADD COLUMN branch TEXT;
ALTER TABLE tasks ADD COLUMN parent_id TEXT REFERENCES tasks (id);
ALTER TABLE tasks ADD COLUMN candidate INTEGER;
ALTER TABLE tasks ADD COLUMN moved_by TEXT;
ALTER TABLE tasks ADD COLUMN comment_id INTEGER;
ALTER TABLE tasks ADD COLUMN comment_shown TEXT;
CREATE INDEX idx_tasks_parent ON tasks (parent_id);
ALTER TABLE backlog_items ADD COLUMN number INTEGER;
ALTER TABLE backlog_items ADD COLUMN issue_number INTEGER;
ALTER TABLE backlog_items ADD COLUMN archived_at TEXT;
CREATE UNIQUE INDEX idx_backlog_items_number ON backlog_items (repo_id, issue_number, number);
ALTER TABLE agentic_runs ADD COLUMN more_usd REAL;
ALTER TABLE runs ADD COLUMN reserved_usd REAL;
ALTER TABLE reviews ADD COLUMN reserved_usd REAL;
ALTER TABLE model_profiles ADD COLUMN tested_at TEXT;
ALTER TABLE model_profiles ADD COLUMN test_error TEXT;
