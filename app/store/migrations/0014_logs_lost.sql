-- How many lines of a long log are kept no more, so that whoever follows it knows which are new.
ALTER TABLE runs ADD COLUMN logs_lost INTEGER;
ALTER TABLE reviews ADD COLUMN logs_lost INTEGER;
