"""A pull request with everything reported about its head, in one GraphQL request where REST takes six.

GraphQL's answer counts only when it is whole. With more of anything than one page, a number that it leaves out,
or a last commit that is not the head yet, REST is asked instead, page by page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog

from app import errors
from app.github import checks, graph_shapes, pulls, review_state, reviews, shape
from app.github.commits import branch_head
from app.github.repository import Repository, info
from app.lifecycle.checks import Checks

log = structlog.get_logger(__name__)

DOCUMENT = (
    """
query Picture($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed
    pullRequest(number: $number) {
      state headRefOid baseRefName baseRefOid mergeable mergeStateStatus
      baseRef { target { oid } }
"""
    + review_state.FIELDS
    + """
      reviews(first: 100) {
        pageInfo { hasNextPage }
        nodes {
          fullDatabaseId state submittedAt body url commit { oid }
          author { __typename login ... on User { databaseId } ... on Bot { databaseId } }
        }
      }
      commits(last: 1) { nodes { commit {
        oid
        """
    + review_state.PUSHED_BY
    + """
        status { contexts { context state description targetUrl createdAt } }
        checkSuites(first: 100) {
          pageInfo { hasNextPage }
          nodes {
            databaseId status conclusion app { databaseId name }
            workflowRun { databaseId event url file { path } workflow { name } }
            checkRuns(first: 100, filterBy: {checkType: LATEST}) {
              totalCount pageInfo { hasNextPage }
              nodes {
                databaseId name status conclusion startedAt completedAt permalink detailsUrl title summary externalId
              }
            }
          }
        }
      } } }
    }
  }
}
"""
)


@dataclass(frozen=True, slots=True)
class Picture:
    """What a verdict about the head is made from.

    `state` is open, closed or merged; `methods` are the merge methods that the repository allows. `base_sha` is
    the commit of the base branch that GitHub last compared with, `base_tip` the branch's newest. `has_conflict` is
    None while GitHub works it out, `review_state` where GraphQL did not tell.
    """

    state: str
    head_sha: str
    base_ref: str
    base_sha: str
    base_tip: str
    has_conflict: bool | None
    methods: frozenset[str]
    checks: Checks
    reviews: tuple[reviews.Review, ...]
    review_state: review_state.ReviewState | None


async def of(repo: Repository, number: int) -> Picture:
    """The pull request as it is now, complete. Raises NotFound when it is gone, and whatever GitHub refuses."""
    return await by_graphql(repo, number) or await by_rest(repo, number)


async def by_rest(repo: Repository, number: int) -> Picture:
    """The same from six lists and objects, read to their ends."""
    pull, about = await pulls.get(repo, number), await info(repo)
    allowed = {
        "merge": about.allow_merge_commit, "squash": about.allow_squash_merge, "rebase": about.allow_rebase_merge,
    }  # fmt: skip
    return Picture(
        state="merged" if pull.merged else pull.state,
        head_sha=pull.head_sha,
        base_ref=pull.base_ref,
        base_sha=pull.base_sha,
        base_tip=await branch_head(repo, pull.base_ref) or pull.base_sha,
        has_conflict=None if pull.mergeable is None else not pull.mergeable or pull.mergeable_state == "dirty",
        methods=frozenset(name for name, is_allowed in allowed.items() if is_allowed),
        checks=await checks.at(repo, pull.head_sha),
        reviews=tuple(await reviews.of(repo, number)),
        review_state=await _review_state(repo, number, pull.head_sha),
    )


async def by_graphql(repo: Repository, number: int) -> Picture | None:
    """The same from one answer; None where that does not tell all."""
    try:
        found = shape.part(await repo.query(DOCUMENT, number=number), "repository")
    except (errors.RateLimited, errors.NotFound):
        raise
    except (errors.Transient, errors.Invalid, errors.Forbidden) as error:
        log.warning("GraphQL did not tell, REST is asked", repository=repo.full_name, number=number, error=str(error))
        return None
    pull = shape.part(found, "pullRequest")
    commits = shape.parts(shape.part(pull, "commits"), "nodes")
    head = shape.text(pull, "headRefOid")
    if not commits or shape.text(commit := shape.part(commits[0], "commit"), "oid") != head:
        return None
    try:
        return Picture(
            state=shape.text(pull, "state").lower(),
            head_sha=head,
            base_ref=shape.text(pull, "baseRefName"),
            base_sha=shape.text(pull, "baseRefOid"),
            base_tip=_tip(pull),
            has_conflict={"MERGEABLE": False, "CONFLICTING": True}.get(shape.text(pull, "mergeable")),
            methods=frozenset(name for name, key in _METHODS.items() if shape.flag(found, key)),
            checks=graph_shapes.checks(commit),
            reviews=tuple(map(graph_shapes.review, graph_shapes.whole(pull, "reviews"))),
            review_state=review_state.read(pull, commit),
        )
    except graph_shapes.NotWhole:
        return None


async def _review_state(repo: Repository, number: int, sha: str) -> review_state.ReviewState | None:
    """What no list of REST's tells; with everything else known, its absence is no error."""
    try:
        return await review_state.of(repo, number, sha)
    except errors.RateLimited:
        raise
    except (errors.Transient, errors.Invalid, errors.Forbidden, errors.NotFound) as error:
        log.warning("what GitHub makes of the reviews is not told", number=number, error=str(error))
        return None


def _tip(pull: dict[str, Any]) -> str:
    target = shape.part_or_none(shape.part_or_none(pull, "baseRef") or {}, "target")
    return shape.text(target, "oid") if target else shape.text(pull, "baseRefOid")


_METHODS = {"merge": "mergeCommitAllowed", "squash": "squashMergeAllowed", "rebase": "rebaseMergeAllowed"}
