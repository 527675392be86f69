"""dursor repos, prs, checks, reviews, review show: what dursor knows of repositories and pull requests."""

from __future__ import annotations

import click

from app.cli.asking import ask, list_all, tell
from app.cli.common import as_json, in_front, limit
from app.store import listing
from app.web.api import pulls
from app.web.api import repos as api_repos
from app.web.api import reviews as api_reviews


@click.group(invoke_without_command=True)
@as_json
@limit
@click.pass_context
def repos(context: click.Context, *, as_json: bool, limit: int) -> None:
    """List repositories that the App may work in."""
    if in_front(context, as_json=as_json):
        columns = {
            "id": "ID", "full_name": "REPOSITORY", "default_branch": "DEFAULT", "selected_branch": "BASE",
            "active": "ACTIVE", "config_error": "CONFIGURATION",
        }  # fmt: skip
        list_all(listing.REPOS, api_repos.Repo, columns, limit, json_wanted=as_json)


@repos.command()
@click.argument("repo_id")
@click.argument("branch", required=False)
@as_json
def base(repo_id: str, branch: str | None, *, as_json: bool) -> None:
    """Have new pull requests of REPO_ID go into BRANCH; without one, into its default branch again."""
    tell(ask("changeRepo", {"selected_branch": branch}, repo_id=repo_id), json_wanted=as_json)


@click.command()
@as_json
@limit
@click.option("--status", type=click.Choice(["open", "closed", "merged"]), help="Only these.")
def prs(*, as_json: bool, limit: int, status: str | None) -> None:
    """List pull requests as they were last seen."""
    columns = {"id": "ID", "status": "STATUS", "url": "URL", "latest_commit": "COMMIT", "title": "TITLE"}
    list_all(listing.PRS, pulls.Pull, columns, limit, json_wanted=as_json, status=status)


@click.command()
@as_json
@limit
@click.option("--pr", "pr_id", metavar="ID", help="Only those of this pull request.")
def checks(*, as_json: bool, limit: int, pr_id: str | None) -> None:
    """List what CI said about each commit."""
    columns = {"id": "ID", "status": "STATUS", "verdict": "VERDICT", "sha": "COMMIT", "updated_at": "LAST"}
    list_all(listing.CI_CHECKS, pulls.CiCheck, columns, limit, json_wanted=as_json, pr_id=pr_id)


@click.command()
@as_json
@limit
def reviews(*, as_json: bool, limit: int) -> None:
    """List reviews by reviewers of ours."""
    columns = {
        "id": "ID", "executor": "REVIEWER", "status": "STATUS", "overall_score": "SCORE", "sha": "COMMIT",
        "overall_summary": "SUMMARY",
    }  # fmt: skip
    list_all(listing.REVIEWS, api_reviews.Review, columns, limit, json_wanted=as_json)


@click.group()
def review() -> None:
    """Look at one review."""


@review.command("show")
@click.argument("review_id")
@as_json
@limit
def show_review(review_id: str, *, as_json: bool, limit: int) -> None:
    """Show what the review REVIEW_ID found."""
    ask("getReview", review_id=review_id)
    columns = {"severity": "SEVERITY", "file_path": "FILE", "line_start": "LINE", "title": "TITLE"}
    list_all(listing.FEEDBACKS, api_reviews.Feedback, columns, limit, json_wanted=as_json, review_id=review_id)


COMMANDS = [repos, prs, checks, reviews, review]
