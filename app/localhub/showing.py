"""An issue or pull request as a web page: what was said in it, drawn from its Markdown as people would see it.

Nothing on it loads or runs anything, whatever its Markdown holds: the browser is told so by `POLICY`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from markdown_it import MarkdownIt

from app.localhub.state import issues

POLICY = "default-src 'none'; style-src 'unsafe-inline'"

_STYLE = """
body{font:14px/1.5 system-ui,sans-serif;color:#1f2328;max-width:860px;margin:24px auto;padding:0 16px}
h1{font-size:26px;font-weight:400}h1 span{color:#59636e}
article,.thread{border:1px solid #d1d9e0;border-radius:6px;margin:16px 0;overflow:hidden}
.thread{margin:16px 0 16px 32px}.thread>article{border-width:1px 0 0;border-radius:0;margin:0}
header{background:#f6f8fa;border-bottom:1px solid #d1d9e0;padding:8px 16px;color:#59636e}header b{color:#1f2328}
section{padding:8px 16px}table{border-collapse:collapse}td,th{border:1px solid #d1d9e0;padding:4px 12px}
pre{background:#f6f8fa;border-radius:6px;padding:12px;overflow:auto}.hunk{margin:0;border-radius:0;font-size:12px}
code{font:12px ui-monospace,monospace;background:#818b981f;border-radius:4px;padding:2px 4px}pre code{background:none}
.add{background:#dafbe1}.cut{background:#ffebe9}.at{color:#59636e}blockquote{border-left:4px solid #d1d9e0;
margin:0;padding:0 16px;color:#59636e}ul.checks{list-style:none;padding:0}
pre:has(>.language-suggestion)::before{content:"Suggested change";color:#59636e;display:block}
.language-suggestion{background:#dafbe1!important;display:block}
"""
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_NEVER = re.compile(r"<(?=/?(?:title|textarea|style|xmp|iframe|noembed|noframes|script|plaintext)\b)", re.IGNORECASE)
"""Tags that GitHub never lets through ("GitHub Flavored Markdown Spec", Disallowed Raw HTML)."""

_BOX = re.compile(r"<li>(<p>)?\[([ x])\] ")


def page(issue: issues.Issue) -> str:
    """The whole page. Reviews without words of their own are shown by their threads alone."""
    kind = "Pull request" if isinstance(issue, issues.Pull) else "Issue"
    state = "merged" if isinstance(issue, issues.Pull) and issue.merged_at else issue.state
    title = f"{html.escape(issue.title)} <span>#{issue.number}</span>"
    said = [(issue.created_at, _said(issue.user.login, "opened this", issue.body or ""))]
    said += [(one.created_at, _said(one.user.login, "commented", one.body)) for one in issue.comments]
    if isinstance(issue, issues.Pull):
        said += [(review.submitted_at, _review(issue, review)) for review in issue.reviews]
    shown = "\n".join(text for _, text in sorted(said, key=lambda one: one[0]))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(issue.title)} #{issue.number}'
        f"</title><style>{_STYLE}</style><h1>{title}</h1><p>{kind}, {state}</p>{shown}</html>"
    )


def _said(who: str, what: str, body: str) -> str:
    return f"<article><header><b>{html.escape(who)}</b> {html.escape(what)}</header>{_drawn(body)}</article>"


def _review(pull: issues.Pull, review: issues.Review) -> str:
    what = review.state.lower().replace("_", " ")
    own = _said(review.user.login, f"reviewed: {what}", review.body) if review.body or not review.comments else ""
    begun = [thread for thread in pull.threads if thread.root in review.comments]
    return own + "\n".join(map(_thread, begun))


def _thread(thread: issues.Thread) -> str:
    root = thread.root
    first = f"{root.start_line} to {root.original_line}" if root.start_line else f"{root.original_line}"
    state = f" · resolved by {html.escape(thread.resolved_by.login)}" if thread.resolved_by else ""
    place = f"<header><b>{html.escape(root.path)}</b> line {first}{state}</header>"
    said = "".join(_said(comment.user.login, "commented", comment.body) for comment in thread.comments)
    return f'<div class="thread">{place}<pre class="hunk">{"".join(_hunk(root.diff_hunk))}</pre>{said}</div>'


def _hunk(hunk: str) -> Iterator[str]:
    kinds = {"+": "add", "-": "cut", "@": "at"}
    for line in hunk.splitlines()[-8:]:
        yield f'<div class="{kinds.get(line[:1], "same")}">{html.escape(line)}</div>'


def _drawn(body: str) -> str:
    """Markdown as HTML, with boxes that can be ticked shown as such; hidden comments stay hidden."""
    drawn = _NEVER.sub("&lt;", _MARKDOWN.render(body))
    drawn = _BOX.sub(lambda box: f"<li>{box[1] or ''}{'☑' if box[2] == 'x' else '☐'} ", drawn)
    return f"<section>{drawn}</section>"
