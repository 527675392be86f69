-- What the set-up learns of the App beside its key.
ALTER TABLE github_app_config ADD COLUMN slug TEXT;
ALTER TABLE github_app_config ADD COLUMN webhook_secret TEXT;
