"""The pages of the set-up: plain HTML, everything that came from elsewhere escaped, no scripts."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import urllib.parse
from typing import Any

from starlette.background import BackgroundTask
from starlette.responses import HTMLResponse

from app.github import manifest, urls

_STYLE = "body{max-width:42em;margin:3em auto;padding:0 1em;font:1em/1.5 sans-serif}button,input{font:inherit}"
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def page(
    title: str, body: str, *, status: int = 200, web: str = "", then: BackgroundTask | None = None
) -> HTMLResponse:
    """An answer with `body`, which is HTML; forms go to this server, and to `web` where that is given."""
    text = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>{html.escape(title)}</h1>{body}"
    )
    policy = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self' {web}; "
    headers = {
        "Content-Security-Policy": policy + "base-uri 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "strict-origin",  # GitHub may look where a form comes from; the path holds secrets
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cache-Control": "no-store",
    }
    return HTMLResponse(text, status, headers, background=then)


def ask_for_code(given: str = "", words: str = "", *, status: int = 200) -> HTMLResponse:
    """The way in; `given` is what the address brought."""
    return page(
        "Set up dursor",
        f"<p>{html.escape(words)}</p>"
        '<form method="post" action="/setup"><label>The code that the console shows: '
        f'<input name="code" size="26" autocomplete="off" required value="{html.escape(given[:64])}"></label> '
        "<button>Go on</button></form>",
        status=status,
    )


def offer(api_url: str, wanted: dict[str, Any], state: str, organisation: str | None) -> HTMLResponse:
    """The form that goes to GitHub, for the person's own account or an organisation."""
    web = urls.web(api_url)
    action = f"{manifest.form_url(api_url, organisation)}?{urllib.parse.urlencode({'state': state})}"
    whose = f"the organisation {organisation}" if organisation else "your own account"
    rights = "".join(f"<li>{name}: {level}</li>" for name, level in wanted["default_permissions"].items())
    return page(
        "Register the GitHub App",
        f"<p>This registers a GitHub App for {html.escape(whose)} at {html.escape(web)}. GitHub shows what it is "
        f"and lets you change its name. It may do this, and nothing else:</p><ul>{rights}</ul>"
        f"<p>GitHub will deliver to {html.escape(wanted['hook_attributes']['url'])}.</p>"
        f'<form method="post" action="{html.escape(action)}">'
        f'<input type="hidden" name="manifest" value="{html.escape(json.dumps(wanted))}">'
        "<button>Register it on GitHub</button></form>"
        '<form method="get" action="/setup"><p>Or for an organisation that you own: '
        '<input name="org" maxlength="100"> <button>Change</button></p></form>'
        f"<p>{_leftovers(api_url, organisation)}</p>",
        web=web,
    )


def failed(api_url: str, organisation: str | None, words: str, again: str | None, *, status: int) -> HTMLResponse:
    """What went wrong, and the way on: `again` is the address to try once more, if that can help."""
    retry = f'<p><a href="{html.escape(again)}">Try again</a></p>' if again else ""
    return page(
        "The App is not stored",
        f'<p>{html.escape(words)}</p>{retry}<p><a href="/setup">Begin again</a></p>'
        f"<p>{_leftovers(api_url, organisation)}</p>",
        status=status,
    )


def done(api_url: str, app: manifest.Registered, then: BackgroundTask) -> HTMLResponse:
    """The App is stored; `then` happens when the person has been told."""
    install = manifest.install_url(api_url, app.slug)
    return page(
        f"{app.name} is registered",
        "<p>Its key and its webhook secret are stored, encrypted. This page is closed for ever now.</p><ol>"
        f'<li><a href="{html.escape(install)}" rel="noreferrer">Install it</a> on the repositories it may work in.</li>'
        "<li>Put a file <code>.github/dursor.yml</code> on their default branch.</li>"
        "<li>Run <code>dursor doctor</code> on the server: it says what is missing still.</li></ol>",
        then=then,
    )


def _leftovers(api_url: str, organisation: str | None) -> str:
    """What to do about an App that GitHub registered and dursor never got."""
    place = html.escape(manifest.apps_url(api_url, organisation))
    return (
        "If GitHub registered an App and this server did not store it, because it stopped in between for example, "
        f'then nobody has its key: delete that App at <a href="{place}" rel="noreferrer">{place}</a> and begin again.'
    )
