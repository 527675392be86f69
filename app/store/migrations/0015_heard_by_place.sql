-- What was said about a pull request is looked up by that, told or not; merges to be called off by being asked for.
DROP INDEX idx_heard_told;
CREATE INDEX idx_heard_place ON heard (repository, number);
CREATE INDEX idx_agentic_runs_merge ON agentic_runs (id) WHERE merge_way IS NOT NULL;
