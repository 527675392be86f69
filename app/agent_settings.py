"""Which files of a repository instruct coding agents: laid out from the base branch, and changed by no agent unseen."""

from __future__ import annotations

PATTERNS = (
    ".claude/", ".mcp.json", ".gemini/", ".codex/", ".cursor/", ".cursorrules", ".aider*", ".husky/", ".ripgreprc",
    "CLAUDE.md", "CLAUDE.local.md", "AGENTS.md", "GEMINI.md", ".github/copilot-instructions.md",
)  # fmt: skip
"""In gitignore syntax."""
