-- The database of dursor: SQLite 3.40 or newer, one file, write-ahead log.
--
-- Fourteen tables say what people may rely on: tasks, runs, pull requests, checks, reviews. Two more are the
-- ledger of findings and the remarks of people; the rest belongs to the machinery, as the inbox
-- (webhook_deliveries) and the outbox (jobs).
-- Timestamps are ISO 8601 UTC text, booleans are 0 and 1, and a column that holds JSON says so.
-- Columns after a blank line within a table are nullable additions that a feature needed.

CREATE TABLE model_profiles (
    id                TEXT PRIMARY KEY,
    provider          TEXT NOT NULL CHECK (provider IN ('openai', 'anthropic', 'google')),
    model_name        TEXT NOT NULL,
    display_name      TEXT,
    api_key_encrypted TEXT NOT NULL,
    created_at        TEXT NOT NULL,

    base_url          TEXT, -- null: where the provider always is
    tested_at         TEXT,
    test_error        TEXT  -- null: the last cheap call with it was answered
);
CREATE INDEX idx_model_profiles_provider ON model_profiles (provider);

CREATE TABLE repos (
    id              TEXT PRIMARY KEY,
    repo_url        TEXT NOT NULL,
    default_branch  TEXT NOT NULL,
    selected_branch TEXT,
    latest_commit   TEXT NOT NULL,
    workspace_path  TEXT NOT NULL,
    created_at      TEXT NOT NULL,

    github_id       INTEGER,  -- GitHub's repository id: survives renames and transfers
    installation_id INTEGER,
    full_name       TEXT,     -- owner/name as it is now
    active          INTEGER CHECK (active IN (0, 1)),  -- 0: gone, or the App may not see it any more
    config          TEXT,     -- JSON: the last good .github/dursor.yml
    config_sha      TEXT,     -- blob of the file that was read last, good or not
    config_error    TEXT,
    config_read_at  TEXT,
    comments_seen_at TEXT,    -- comments up to then were looked through for commands that no event told of
    config_cuts     TEXT      -- JSON array: what the operator's settings took from the file, in words
);
CREATE INDEX idx_repos_url ON repos (repo_url);
CREATE UNIQUE INDEX idx_repos_github_id ON repos (github_id);

CREATE TABLE tasks (
    id            TEXT PRIMARY KEY,
    repo_id       TEXT NOT NULL REFERENCES repos (id),
    title         TEXT,
    coding_mode   TEXT NOT NULL DEFAULT 'interactive'
                  CHECK (coding_mode IN ('interactive', 'semi_auto', 'full_auto')),
    kanban_status TEXT NOT NULL DEFAULT 'backlog'
                  CHECK (kanban_status IN ('backlog', 'todo', 'in_progress', 'in_review', 'done', 'archived')),
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL,

    issue_number  INTEGER,  -- the issue it began in
    executor      TEXT,     -- who works on it; null: as configured
    branch        TEXT,     -- of its own; null: that of its pull request
    parent_id     TEXT REFERENCES tasks (id),  -- the task that it is a candidate for
    candidate     INTEGER,  -- its number among them
    moved_by      TEXT,     -- who put its card where it lies; null: the rule
    comment_id    INTEGER,  -- the comparison of its candidates; 0 while it is being made
    comment_shown TEXT,     -- digest of what that says
    picked_at     TEXT      -- when this candidate was taken
);
CREATE INDEX idx_tasks_repo ON tasks (repo_id);
CREATE INDEX idx_tasks_parent ON tasks (parent_id);
CREATE INDEX idx_tasks_issue ON tasks (repo_id, issue_number);

CREATE TABLE messages (
    id         TEXT PRIMARY KEY,
    task_id    TEXT NOT NULL REFERENCES tasks (id),
    role       TEXT NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
    content    TEXT NOT NULL,
    created_at TEXT NOT NULL,

    source     TEXT,  -- where it was said, such as 'comment:123' or 'review:45'; the same words are kept once
    author     TEXT,
    run_id     TEXT,  -- the executor run that was given it; null while it waits
    withdrawn_at TEXT  -- when whoever asked for it took it back
);
CREATE INDEX idx_messages_task ON messages (task_id);
CREATE UNIQUE INDEX idx_messages_source ON messages (task_id, source);

CREATE TABLE runs (
    id              TEXT PRIMARY KEY,
    task_id         TEXT NOT NULL REFERENCES tasks (id),
    message_id      TEXT REFERENCES messages (id),
    model_id        TEXT,
    model_name      TEXT,
    provider        TEXT,
    executor_type   TEXT NOT NULL DEFAULT 'patch_agent'
                    CHECK (executor_type IN ('patch_agent', 'claude_code', 'codex', 'gemini', 'command')),
    working_branch  TEXT,
    worktree_path   TEXT,
    session_id      TEXT,
    instruction     TEXT NOT NULL,
    base_ref        TEXT,  -- the commit the work began from
    commit_sha      TEXT,
    status          TEXT NOT NULL DEFAULT 'queued'
                    CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'canceled')),
    summary         TEXT,
    patch           TEXT,
    files_changed   TEXT,  -- JSON array of FileDiff
    logs            TEXT,  -- JSON array of strings
    warnings        TEXT,  -- JSON array of strings
    error           TEXT,
    created_at      TEXT NOT NULL,
    started_at      TEXT,
    completed_at    TEXT,

    agentic_run_id  TEXT REFERENCES agentic_runs (id),
    attempt         INTEGER,  -- the fence: an outcome of another attempt than the run's is too late
    submissions     INTEGER,  -- how often a program was started for it, restarts of the server included
    work            TEXT,
    executor        TEXT,     -- the configured name, such as 'command:autofix'
    merged_ref      TEXT,     -- the base commit that was brought in, or the commit that was taken back
    settings_ref    TEXT,     -- the base commit whose files instruct agents while they work
    pushed_at       TEXT,
    cost_usd        REAL,
    input_tokens    INTEGER,  -- of this run alone
    cached_tokens   INTEGER,
    output_tokens   INTEGER,
    cost_is_estimate INTEGER, -- 1 where the executor reports no cost
    counted         TEXT,     -- JSON: tokens since the session began as its agent counts them
    retry_at        TEXT,     -- a provider's limit is waited for until then and the tree kept as it is
    waits           INTEGER,  -- how often in a row
    reserved_usd    REAL,     -- set aside for it until it ends
    pull_text       TEXT,     -- what it wrote for the pull request: a line with the title and then the text
    logs_lost       INTEGER   -- lines before those in `logs`, which are kept no more
);
CREATE INDEX idx_runs_task ON runs (task_id);
CREATE INDEX idx_runs_message ON runs (message_id);
CREATE INDEX idx_runs_model ON runs (model_id);
CREATE INDEX idx_runs_status ON runs (status);
CREATE INDEX idx_runs_created ON runs (created_at);
CREATE UNIQUE INDEX idx_runs_attempt ON runs (agentic_run_id, attempt);

CREATE TABLE prs (
    id              TEXT PRIMARY KEY,
    task_id         TEXT NOT NULL REFERENCES tasks (id),
    number          INTEGER NOT NULL,
    url             TEXT NOT NULL,
    branch          TEXT NOT NULL,
    title           TEXT NOT NULL,
    body            TEXT,
    latest_commit   TEXT NOT NULL,
    status          TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed', 'merged')),
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL,

    base_branch       TEXT,
    base_sha          TEXT,
    head_repo         TEXT,     -- owner/name of the branch's repository; null when that is deleted
    is_fork           INTEGER CHECK (is_fork IN (0, 1)),
    is_draft          INTEGER CHECK (is_draft IN (0, 1)),
    author            TEXT,
    head_seen_at      TEXT,     -- when latest_commit was first seen: the start of CI's settle time
    status_comment_id INTEGER,
    check_run_id      INTEGER,
    check_run_sha     TEXT,
    comment_shown     TEXT,     -- digest of what the status comment says
    check_shown       TEXT,     -- digest of what the check run says
    comment_losses    INTEGER,  -- how often a person deleted the status comment
    head_by           TEXT,     -- JSON: who pushed which commit as GitHub's event told it last
    described         TEXT      -- JSON: digests of the titles and texts that we wrote; null where people opened it
);
CREATE INDEX idx_prs_task ON prs (task_id);
CREATE INDEX idx_prs_number ON prs (number);
CREATE INDEX idx_prs_latest_commit ON prs (latest_commit);

CREATE TABLE github_app_config (
    id              INTEGER PRIMARY KEY CHECK (id = 1),
    app_id          TEXT NOT NULL,
    private_key     TEXT NOT NULL,
    installation_id TEXT NOT NULL,
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL,

    slug            TEXT,  -- further columns: what the set-up learns beside the key
    webhook_secret  TEXT
);

CREATE TABLE user_preferences (
    id                           INTEGER PRIMARY KEY CHECK (id = 1),
    default_repo_owner           TEXT,
    default_repo_name            TEXT,
    default_branch               TEXT,
    default_branch_prefix        TEXT,
    default_pr_creation_mode     TEXT CHECK (default_pr_creation_mode IN ('create', 'link')),
    default_coding_mode          TEXT CHECK (default_coding_mode IN ('interactive', 'semi_auto', 'full_auto')),
    auto_generate_pr_description INTEGER DEFAULT 0 CHECK (auto_generate_pr_description IN (0, 1)),
    update_pr_title_on_regenerate INTEGER DEFAULT 1 CHECK (update_pr_title_on_regenerate IN (0, 1)),
    worktrees_dir                TEXT,
    created_at                   TEXT NOT NULL,
    updated_at                   TEXT NOT NULL
);

CREATE TABLE backlog_items (
    id                  TEXT PRIMARY KEY,
    repo_id             TEXT NOT NULL REFERENCES repos (id),
    title               TEXT NOT NULL,
    description         TEXT NOT NULL DEFAULT '',
    type                TEXT NOT NULL DEFAULT 'feature'
                        CHECK (type IN ('feature', 'bug_fix', 'refactoring', 'docs', 'test')),
    estimated_size      TEXT NOT NULL DEFAULT 'medium' CHECK (estimated_size IN ('small', 'medium', 'large')),
    target_files        TEXT NOT NULL DEFAULT '[]',  -- JSON array
    implementation_hint TEXT,
    tags                TEXT NOT NULL DEFAULT '[]',  -- JSON array
    subtasks            TEXT NOT NULL DEFAULT '[]',  -- JSON array
    task_id             TEXT REFERENCES tasks (id),
    created_at          TEXT NOT NULL,
    updated_at          TEXT NOT NULL,

    number              INTEGER,  -- how people name it in its issue
    issue_number        INTEGER,  -- the issue that was split
    archived_at         TEXT
);
CREATE INDEX idx_backlog_items_repo_id ON backlog_items (repo_id);
CREATE INDEX idx_backlog_items_task ON backlog_items (task_id);
CREATE UNIQUE INDEX idx_backlog_items_number ON backlog_items (repo_id, issue_number, number);

CREATE TABLE reviews (
    id              TEXT PRIMARY KEY,
    task_id         TEXT NOT NULL REFERENCES tasks (id),
    target_run_ids  TEXT NOT NULL,  -- JSON array of runs.id
    executor_type   TEXT NOT NULL
                    CHECK (executor_type IN ('patch_agent', 'claude_code', 'codex', 'gemini', 'command')),
    model_id        TEXT,
    model_name      TEXT,
    status          TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'succeeded', 'failed')),
    overall_summary TEXT,
    overall_score   REAL,
    logs            TEXT,  -- JSON array of strings
    error           TEXT,
    created_at      TEXT NOT NULL,
    started_at      TEXT,
    completed_at    TEXT,

    agentic_run_id  TEXT REFERENCES agentic_runs (id),
    attempt         INTEGER,
    submissions     INTEGER,
    sha             TEXT,
    executor        TEXT,
    worktree_path   TEXT,
    input_tokens    INTEGER,
    cached_tokens   INTEGER,
    output_tokens   INTEGER,
    cost_usd        REAL,
    cost_is_estimate INTEGER,
    retry_at        TEXT,
    waits           INTEGER,
    provider        TEXT,
    base_sha        TEXT,     -- the base commit it was compared with
    notes           TEXT,     -- JSON array: words on what was left out
    posted_id       INTEGER,  -- GitHub's review that shows it; 0 while it is being made; -1: none does
    reserved_usd    REAL,     -- set aside for it until it ends
    logs_lost       INTEGER   -- lines before those in `logs`, which are kept no more
);
CREATE INDEX idx_reviews_task ON reviews (task_id);
CREATE INDEX idx_reviews_status ON reviews (status);
CREATE INDEX idx_reviews_created ON reviews (created_at);
CREATE UNIQUE INDEX idx_reviews_attempt ON reviews (agentic_run_id, attempt);

CREATE TABLE review_feedbacks (
    id           TEXT PRIMARY KEY,
    review_id    TEXT NOT NULL REFERENCES reviews (id),
    file_path    TEXT NOT NULL,
    line_start   INTEGER,
    line_end     INTEGER,
    severity     TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'error', 'critical')),
    category     TEXT NOT NULL CHECK (category IN ('bug', 'security', 'performance', 'style', 'maintainability')),
    title        TEXT NOT NULL,
    description  TEXT NOT NULL,
    suggestion   TEXT,
    code_snippet TEXT,

    finding_id   TEXT REFERENCES findings (id),
    side         TEXT CHECK (side IN ('new', 'old'))  -- old: the lines are those of the base, and gone
);
CREATE INDEX idx_feedbacks_review ON review_feedbacks (review_id);
CREATE INDEX idx_feedbacks_severity ON review_feedbacks (severity);
CREATE INDEX idx_feedbacks_finding ON review_feedbacks (finding_id);

-- The ledger of what reviewers found in a pull request: one row for a finding, however often it is found again.
-- open -> fixed | declined; fixed -> open when it is found again.
CREATE TABLE findings (
    id           TEXT PRIMARY KEY,
    pr_id        TEXT NOT NULL REFERENCES prs (id),
    number       INTEGER NOT NULL,  -- F3 of this pull request: how people name it
    identity     TEXT NOT NULL,     -- what stays equal when the same thing is found at another commit
    status       TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'fixed', 'declined')),
    survived     INTEGER NOT NULL DEFAULT 0,  -- fixes that were meant for it and left it
    review_id    TEXT REFERENCES reviews (id),  -- the review whose post showed it first
    comment_id   INTEGER,           -- GitHub's remark that its thread begins with; null: in the body of the review
    fixed_sha    TEXT,
    declined_by  TEXT,
    declined_why TEXT,
    declined_in_thread INTEGER,     -- 1: by resolving its thread, so that opening it again takes that back
    answered     TEXT,              -- what its thread was told last: 'fixed:SHA' or 'declined'
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL
);
CREATE UNIQUE INDEX idx_findings_number ON findings (pr_id, number);
CREATE UNIQUE INDEX idx_findings_identity ON findings (pr_id, identity);

-- Remarks on lines that people's requests are made of, each answered in its thread once it was worked on.
CREATE TABLE remarks (
    id          TEXT PRIMARY KEY,
    message_id  TEXT NOT NULL REFERENCES messages (id),
    comment_id  INTEGER NOT NULL,  -- GitHub's remark that the thread begins with
    label       TEXT NOT NULL,     -- R3 of this task: how an executor names it in its answer
    answered_at TEXT
);
CREATE UNIQUE INDEX idx_remarks_comment ON remarks (message_id, comment_id);

CREATE TABLE agentic_runs (
    id                TEXT PRIMARY KEY,
    task_id           TEXT NOT NULL REFERENCES tasks (id),
    mode              TEXT NOT NULL CHECK (mode IN ('interactive', 'semi_auto', 'full_auto')),
    phase             TEXT NOT NULL
                      CHECK (phase IN ('coding', 'waiting_ci', 'fixing_ci', 'reviewing', 'fixing_review',
                                       'awaiting_human', 'merging', 'completed', 'failed', 'canceled')),
    iteration         INTEGER NOT NULL DEFAULT 0,
    ci_iterations     INTEGER NOT NULL DEFAULT 0,
    review_iterations INTEGER NOT NULL DEFAULT 0,
    started_at        TEXT NOT NULL,
    last_activity     TEXT NOT NULL,
    pr_number         INTEGER,
    current_sha       TEXT,
    last_ci_result    TEXT,  -- JSON
    last_review_score REAL,
    error             TEXT,
    human_approved    INTEGER NOT NULL DEFAULT 0 CHECK (human_approved IN (0, 1)),

    paused            INTEGER CHECK (paused IN (0, 1)),
    attempt           INTEGER,
    failures          INTEGER,  -- executor runs that failed in a row
    work              TEXT,
    wait              TEXT,     -- why it waits for a person, in one word
    note              TEXT,     -- the same for people
    came_from         TEXT,     -- the phase before it began to wait
    signature         TEXT,     -- what failed when the last fix began
    rerun_sha         TEXT,     -- the commit whose failed jobs were run once more
    trees             TEXT,     -- JSON array: trees that were tried
    asked             INTEGER CHECK (asked IN (0, 1)),  -- people wrote while it worked
    approved_by       TEXT,
    phase_since       TEXT,
    active_seconds    REAL,     -- time spent in phases that do not wait for a person
    last_gates        TEXT,     -- JSON: the merge gates as they were looked at last, with the commit
    said              TEXT,     -- JSON array: comments that may have been posted
    bot_moves         TEXT,     -- JSON array of what other programs did against us within an hour
    merge_way         TEXT      -- how GitHub was asked to merge later
                      CHECK (merge_way IN ('queue', 'auto')),
    more_usd          REAL      -- dollars that people added to its budget
);
CREATE INDEX idx_agentic_runs_task ON agentic_runs (task_id);
CREATE INDEX idx_agentic_runs_phase ON agentic_runs (phase);
CREATE INDEX idx_agentic_runs_pull ON agentic_runs (pr_number);
CREATE INDEX idx_agentic_runs_merge ON agentic_runs (id) WHERE merge_way IS NOT NULL;
CREATE UNIQUE INDEX idx_agentic_runs_live ON agentic_runs (task_id, pr_number)
    WHERE phase NOT IN ('completed', 'failed', 'canceled');

CREATE TABLE agentic_audit_log (
    id             TEXT PRIMARY KEY,
    task_id        TEXT NOT NULL REFERENCES tasks (id),
    agentic_run_id TEXT NOT NULL REFERENCES agentic_runs (id),
    timestamp      TEXT NOT NULL,
    phase          TEXT NOT NULL,
    action         TEXT NOT NULL,
    agent          TEXT CHECK (agent IN ('patch_agent', 'claude_code', 'codex', 'gemini', 'command', 'system')),
    input_summary  TEXT,
    output_summary TEXT,
    duration_ms    INTEGER,
    success        INTEGER CHECK (success IN (0, 1)),
    error          TEXT
);
CREATE INDEX idx_agentic_audit_task ON agentic_audit_log (task_id);
CREATE INDEX idx_agentic_audit_run ON agentic_audit_log (agentic_run_id);
CREATE INDEX idx_agentic_audit_timestamp ON agentic_audit_log (timestamp);

CREATE TABLE ci_checks (
    id              TEXT PRIMARY KEY,
    task_id         TEXT NOT NULL REFERENCES tasks (id),
    pr_id           TEXT NOT NULL REFERENCES prs (id),
    status          TEXT NOT NULL CHECK (status IN ('pending', 'success', 'failure', 'error')),
    workflow_run_id INTEGER,
    sha             TEXT,
    jobs            TEXT,  -- JSON: job name -> result
    failed_jobs     TEXT,  -- JSON: array of failed jobs with their evidence
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL,

    verdict         TEXT,  -- null in rows of an earlier dursor, which kept several for one commit
    signature       TEXT,
    open_runs       TEXT   -- JSON: numbers of the check runs that were under way, and have not ended since
);
CREATE INDEX idx_ci_checks_task_id ON ci_checks (task_id);
CREATE INDEX idx_ci_checks_pr_id ON ci_checks (pr_id);
CREATE UNIQUE INDEX idx_ci_checks_sha ON ci_checks (pr_id, sha) WHERE verdict IS NOT NULL;

-- The inbox: every POST that GitHub was told "accepted" about, exactly once.
CREATE TABLE webhook_deliveries (
    guid         TEXT PRIMARY KEY,
    event        TEXT NOT NULL,
    action       TEXT,
    installation INTEGER,
    repository   INTEGER,
    received_at  TEXT NOT NULL,
    payload      BLOB NOT NULL,  -- the body as received, zlib level 1
    body_sha256  BLOB NOT NULL,
    status       TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'done', 'ignored', 'failed')),
    error        TEXT,
    attempts     INTEGER NOT NULL DEFAULT 0,
    processed_at TEXT,
    sequence     INTEGER NOT NULL, -- the order of arrival
    interruptions INTEGER          -- how often the server ended while it had this in hand
);
CREATE INDEX idx_deliveries_open ON webhook_deliveries (sequence) WHERE status = 'pending';
CREATE INDEX idx_deliveries_failed ON webhook_deliveries (sequence) WHERE status = 'failed';
CREATE INDEX idx_deliveries_ignored ON webhook_deliveries (received_at) WHERE status = 'ignored';
CREATE INDEX idx_deliveries_body ON webhook_deliveries (body_sha256);
CREATE INDEX idx_deliveries_sequence ON webhook_deliveries (sequence);

-- The outbox: effects that were decided and are to be performed.
CREATE TABLE jobs (
    id          TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    key         TEXT NOT NULL,  -- at most one queued job has it, and at most one runs with it
    payload     TEXT NOT NULL,  -- JSON
    lane        TEXT,           -- jobs of one lane run one after another
    run_after   TEXT NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    lease_until TEXT,
    leased_by   TEXT,
    status      TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'done', 'failed', 'canceled')),
    error       TEXT,
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    interruptions INTEGER  -- how often in a row the server ended while it was at work
);
CREATE UNIQUE INDEX idx_jobs_queued_key ON jobs (key) WHERE status = 'queued';
CREATE INDEX idx_jobs_queued ON jobs (run_after) WHERE status = 'queued';
CREATE INDEX idx_jobs_running ON jobs (lane) WHERE status = 'running';
CREATE INDEX idx_jobs_failed ON jobs (updated_at) WHERE status = 'failed';

CREATE TABLE installations (
    id           INTEGER PRIMARY KEY,  -- GitHub's
    account      TEXT,
    suspended    INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1)),
    deleted      INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
    permissions  TEXT NOT NULL DEFAULT '{}',  -- JSON
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL
);

-- What people said or pressed that asks something of dursor: each thing counts once, as it was when it came.
CREATE TABLE heard (
    source       TEXT PRIMARY KEY,  -- 'issue:1', 'review_comment:2', 'review:3', 'button:GUID', 'box:GUID'
    repository   INTEGER NOT NULL,  -- GitHub's id
    number       INTEGER NOT NULL,  -- the issue or pull request
    author       TEXT,
    body         TEXT,              -- the words of a review, or of a remark on a line, as they were
    heard_at     TEXT NOT NULL,
    withdrawn_at TEXT,              -- when it was deleted: it commands no more
    told_at      TEXT               -- when its author, who may not command, was answered
);
CREATE INDEX idx_heard_place ON heard (repository, number);
CREATE INDEX idx_heard_age ON heard (heard_at);

-- Deliveries that were lost and asked of GitHub again: each a few times, not for ever.
CREATE TABLE redeliveries (
    guid     TEXT PRIMARY KEY,
    tries    INTEGER NOT NULL,
    asked_at TEXT NOT NULL
);

-- The check run of a pull request that changes .github/dursor.yml.
CREATE TABLE config_checks (
    repo_id      TEXT NOT NULL REFERENCES repos (id),
    number       INTEGER NOT NULL,
    sha          TEXT NOT NULL,
    check_run_id INTEGER,  -- null: it was begun, and no answer came yet
    shown        TEXT,     -- digest of what it says
    PRIMARY KEY (repo_id, number)
);

-- Creating requests to the API that named a key: the same again gets the answer that the first one got.
CREATE TABLE idempotency_keys (
    method     TEXT NOT NULL,
    path       TEXT NOT NULL,
    key        TEXT NOT NULL,
    digest     TEXT NOT NULL,     -- HMAC of the request's body
    status     INTEGER NOT NULL,
    body       TEXT NOT NULL,     -- the answer, as JSON
    created_at TEXT NOT NULL,
    PRIMARY KEY (method, path, key)
);
CREATE INDEX idx_idempotency_keys_age ON idempotency_keys (created_at);
