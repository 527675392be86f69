-- Where a provider is reached if not where it always is; and waits until a provider's limit ends, which cost nothing.
ALTER TABLE model_profiles ADD COLUMN base_url TEXT;
ALTER TABLE runs ADD COLUMN retry_at TEXT;
ALTER TABLE runs ADD COLUMN waits INTEGER;
ALTER TABLE reviews ADD COLUMN retry_at TEXT;
ALTER TABLE reviews ADD COLUMN waits INTEGER;
ALTER TABLE reviews ADD COLUMN provider TEXT;
