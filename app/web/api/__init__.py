"""The REST API below `/api/v1`: one table of operations that is served and described alike. See docs/api.md."""
