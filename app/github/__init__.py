"""GitHub, read and written: typed answers, one error tree, nothing done twice.

client.GitHub ── repository(...) ──▶ repository.Repository ──▶ pulls, checks, comments, reviews,
    │                                     │                    merging, contents, permissions, logs
    └── auth.App (JWT, tokens)            └── calls.Calls: one identity
                                                limits (pauses, turns) · etags · transport (HTTP, failures)
"""
