-- What is looked up with every event or decision is found without reading a whole table.
CREATE INDEX idx_tasks_issue ON tasks (repo_id, issue_number);
CREATE INDEX idx_agentic_runs_pull ON agentic_runs (pr_number);
CREATE INDEX idx_backlog_items_task ON backlog_items (task_id);
CREATE INDEX idx_runs_created ON runs (created_at);
CREATE INDEX idx_reviews_created ON reviews (created_at);
