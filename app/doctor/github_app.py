"""What GitHub says of the App: who it is, what time it is there, where it is installed and what it may do."""

from __future__ import annotations

from collections.abc import Mapping

from app import errors
from app.config import Settings
from app.doctor.report import Finding, failed, ok, warning
from app.github import about, client, clock, failures, manifest, urls

_SKEW_NOTED = 20.0  # seconds
_SKEW_BAD = 60.0  # seconds: a token is dated back by this much
_UNREACHABLE = "see that this machine reaches it: DNS, proxy, firewall, githubstatus.com; the rest was not asked"


async def identity(github: client.GitHub) -> tuple[list[Finding], about.AppInfo | None]:
    """Whether id and key belong together; without an App there is nothing more to ask."""
    what = "GitHub App"
    try:
        app = await github.app()
    except (failures.Unauthorized, errors.NotFound) as error:
        do = "compare the App's id with its settings page, and make a new private key there"
        return [failed(what, f"GitHub does not accept id and key: {error}", do)], None
    except errors.DursorError as error:
        return [failed("GitHub", f"{github.api_url} cannot be reached: {error}", _UNREACHABLE)], None
    missing = [event for event in manifest.EVENTS if event not in app.events]
    found = [ok(what, f"{app.name} ({app.slug}[bot]), id {app.id}")]
    needed = [event for event in missing if event not in manifest.OPTIONAL_EVENTS]
    if missing:
        unheard = "; ".join(f"{event}: {manifest.EVENTS[event]}" for event in missing)
        do = "subscribe to them in the App's settings; until then only a sweep finds these"
        tell = failed if needed else warning
        found.append(tell("events", f"not subscribed to {unheard}", do))
    else:
        found.append(ok("events", f"subscribed to all {len(manifest.EVENTS)} that are needed"))
    return found + _permissions("permissions of the App", app.permissions, "ask for it in the App's settings"), app


async def time(found: Settings) -> tuple[list[Finding], bool]:
    """How far the clocks are apart, and whether GitHub answered at all."""
    try:
        skew = await clock.ahead(found.github_api_url)
    except errors.DursorError as error:
        return [failed("GitHub", f"{found.github_api_url} cannot be reached: {error}", _UNREACHABLE)], False
    return [_clock(skew)], True


def _clock(skew: float) -> Finding:
    told = f"GitHub's clock is {abs(skew):.0f} seconds {'ahead' if skew > 0 else 'behind'}"
    if abs(skew) > _SKEW_BAD:
        return failed("clock", told, "set this machine's clock (timedatectl set-ntp true)")
    if abs(skew) > _SKEW_NOTED:
        return warning("clock", told, "let the machine keep its clock by NTP")
    return ok("clock", "agrees with GitHub's")


async def installations(github: client.GitHub, found: Settings, app: about.AppInfo) -> list[Finding]:
    """Where the App is installed, whether it gets a token there, and what that token may do."""
    install = manifest.install_url(found.github_api_url, app.slug)
    try:
        there = await github.installations()
    except errors.DursorError as error:
        return [failed("installations", str(error), "run this again")]
    wanted = found.github_installation_id
    there = [one for one in there if wanted is None or one.id == wanted]
    if not there:
        which = "" if wanted is None else f" as {wanted}, which DURSOR_GITHUB_INSTALLATION_ID names"
        return [failed("installations", f"the App is not installed anywhere{which}", f"install it: {install}")]
    return [finding for one in there for finding in await _installation(github, one)]


async def _installation(github: client.GitHub, one: about.Installation) -> list[Finding]:
    what = f"installation {one.id} on {one.account.login}"
    if one.is_suspended:
        return [warning(what, "suspended: nothing happens there", "its owner can lift that in the account's settings")]
    try:
        token = await github.auth.token(one.id)
    except errors.DursorError as error:
        return [failed(what, f"no token: {error}", "see the App's page in that account's settings")]
    place = f"{urls.web(github.api_url)}/settings/installations/{one.id}"
    do = f"its owner accepts the App's new permissions at {place}, or for an organisation in its settings"
    return [ok(what, f"a token was made, for {one.repository_selection} repositories"),
            *_permissions(f"permissions on {one.account.login}", token.permissions, do)]  # fmt: skip


def _permissions(what: str, granted: Mapping[str, str], do: str) -> list[Finding]:
    """What does not work for want of a permission; new ones may be accepted late, or never."""
    missing = [need for need in manifest.NEEDS if not need.is_met(granted)]
    if not missing:
        return [ok(what, "everything that is needed")]
    told = "; ".join(f"{need.permission}: {need.level} is missing, so this is off: {need.feature}" for need in missing)
    return [warning(what, told, do) if all(need.optional for need in missing) else failed(what, told, do)]
