-- What a dismissed review asked for is asked for no more.
ALTER TABLE messages ADD COLUMN withdrawn_at TEXT;
