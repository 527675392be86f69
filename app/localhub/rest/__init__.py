"""The REST API under /api/v3: one module for a family of routes, `routing` for what all of them share."""
