-- Which check runs of a commit were under way when it was read: their ends alone decide nothing.
ALTER TABLE ci_checks ADD COLUMN open_runs TEXT;
