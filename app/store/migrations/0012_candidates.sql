-- When a candidate was taken.
ALTER TABLE tasks ADD COLUMN picked_at TEXT;
