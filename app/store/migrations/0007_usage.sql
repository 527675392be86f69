-- What an agent consumed, and what its session had consumed by then, for agents that count from its beginning.
ALTER TABLE runs ADD COLUMN input_tokens INTEGER;
ALTER TABLE runs ADD COLUMN cached_tokens INTEGER;
ALTER TABLE runs ADD COLUMN output_tokens INTEGER;
ALTER TABLE runs ADD COLUMN cost_is_estimate INTEGER;
ALTER TABLE runs ADD COLUMN counted TEXT;
ALTER TABLE reviews ADD COLUMN input_tokens INTEGER;
ALTER TABLE reviews ADD COLUMN cached_tokens INTEGER;
ALTER TABLE reviews ADD COLUMN output_tokens INTEGER;
ALTER TABLE reviews ADD COLUMN cost_usd REAL;
ALTER TABLE reviews ADD COLUMN cost_is_estimate INTEGER;
