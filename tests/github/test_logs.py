"""Logs: bounded, redacted, and never fetched from our own network."""

from __future__ import annotations

import pytest

from app import errors, redact
from app.github import downloads, logs
from tests.github import scripted

LOG = "repos/octo/widgets/actions/jobs/8/logs"


def text(content):
    return scripted.raw(content, 200, "text/plain")


@pytest.fixture
async def storage():
    async with scripted.serving() as storage:
        yield storage


async def read(server, storage, repo, *answers):
    server.on(f"GET {LOG}", scripted.redirect(302, f"{storage.api_url}/blob?sig=x"))
    storage.on("GET blob", *answers)
    return await logs.job_log(repo, 8)


async def test_a_log_is_fetched_elsewhere_without_our_credential(server, storage, repo):
    assert await read(server, storage, repo, text(b"\xef\xbb\xbfone\ntwo\xff\n")) == "one\ntwo\ufffd\n"
    assert "authorization" not in storage.seen[-1].headers
    assert storage.seen[-1].query == {"sig": "x"}


async def test_a_log_holds_none_of_our_secrets(server, storage, repo):
    secret = redact.register("a-secret-some-job-printed")

    assert await read(server, storage, repo, text(f"key: {secret}".encode())) == "key: [redacted]"


async def test_of_a_long_log_the_beginning_and_the_end_are_kept(server, storage, repo):
    lines = b"".join(b"line %07d\n" % number for number in range(200_000))

    log = await read(server, storage, repo, text(lines))

    assert log is not None
    head, _, tail = log.partition("\n... ")
    left_out, _, tail = tail.partition(" bytes left out ...\n")
    assert downloads.HEAD - 13 < len(head) <= downloads.HEAD
    assert downloads.TAIL - 13 < len(tail) <= downloads.TAIL
    assert head.startswith("line 0000000\nline 0000001\n")
    assert tail.endswith("line 0199999\n")
    assert len(head) + len(tail) + int(left_out) == len(lines)
    assert all(len(line) == 12 for line in (head + "\n" + tail).splitlines())


@pytest.mark.parametrize("size", [0, downloads.HEAD, downloads.HEAD + downloads.TAIL])
async def test_a_log_that_fits_is_kept_whole(server, storage, repo, size):
    assert await read(server, storage, repo, text(b"x" * size)) == "x" * size


@pytest.mark.parametrize("status", [404, 410])
async def test_a_log_that_is_not_there_is_none(server, storage, repo, status):
    assert await read(server, storage, repo, scripted.raw(b"<Error/>", status, "application/xml")) is None
    server.on(f"GET {LOG}", scripted.reply({"message": "Gone"}, status))
    assert await logs.job_log(repo, 8) is None


async def test_the_log_of_a_renamed_repository_is_found(server, storage, repo):
    server.on("GET repositories/1001/actions/jobs/8/logs", scripted.redirect(302, f"{storage.api_url}/blob"))
    storage.on("GET blob", text(b"found"))
    server.on(f"GET {LOG}", scripted.redirect(301, f"{server.api_url}/repositories/1001/actions/jobs/8/logs"))

    assert await logs.job_log(repo, 8) == "found"


@pytest.mark.parametrize(
    "answer", [scripted.reset(), scripted.truncated(b"half a"), scripted.raw(b"", 500, "text/plain")]
)
async def test_a_log_that_breaks_off_is_passing_trouble(server, storage, repo, answer):
    with pytest.raises(errors.Transient):
        await read(server, storage, repo, answer)


async def test_storage_that_redirects_in_a_circle_is_left(server, storage, repo):
    with pytest.raises(errors.Transient, match="circle"):
        await read(server, storage, repo, scripted.redirect(302, f"{storage.api_url}/blob"))


async def test_an_answer_that_is_no_redirect_is_passing_trouble(server, repo):
    server.on(f"GET {LOG}", scripted.reply({}))

    with pytest.raises(errors.Transient, match="unexpected shape"):
        await logs.job_log(repo, 8)


GITHUB, ENTERPRISE = "https://api.github.com", "https://git.corp.example/api/v3"


@pytest.mark.parametrize(
    ("address", "api_url"),
    [
        ("http://storage.example/log", GITHUB),
        ("http://127.0.0.1/log", GITHUB),
        ("https://127.0.0.1/log", GITHUB),
        ("https://10.0.0.7/log", GITHUB),
        ("https://169.254.169.254/latest/meta-data", GITHUB),
        ("https://[::1]/log", GITHUB),
        ("https://[::ffff:127.0.0.1]/log", GITHUB),
        ("https://[fd00::1]/log", GITHUB),
        ("https://224.0.0.1/log", GITHUB),
        ("file:///etc/passwd", GITHUB),
        ("gopher://storage.example/", GITHUB),
        ("http://git.corp.example/log", ENTERPRISE),
        ("http://storage.example/log", "http://127.0.0.1:5000/api/v3"),
        ("https:///log", GITHUB),
        ("https://[broken", GITHUB),
    ],
)
def test_a_redirect_never_leads_into_our_own_network(address, api_url):
    with pytest.raises(errors.Refused):
        downloads.allow(address, api_url)


@pytest.mark.parametrize(
    ("address", "api_url"),
    [
        ("https://storage.example/log?sig=1", GITHUB),
        ("https://8.8.8.8/log", GITHUB),
        ("https://git.corp.example/storage/log", ENTERPRISE),
        ("http://127.0.0.1:6000/log", "http://127.0.0.1:5000/api/v3"),
    ],
)
def test_a_redirect_to_a_public_or_githubs_own_host_is_followed(address, api_url):
    downloads.allow(address, api_url)


async def test_a_name_that_means_a_private_address_is_refused_when_it_is_resolved():
    with pytest.raises(errors.Refused, match="private network"):
        await downloads.ends("https://localhost/log", GITHUB)


async def test_the_name_of_githubs_own_host_may_mean_a_private_address():
    resolver = downloads.PublicHosts("localhost")

    assert await resolver.resolve("localhost", 443)
    await resolver.close()


async def test_the_steps_of_jobs_are_read(server, repo):
    steps = [
        {"number": 1, "name": "Set up", "status": "completed", "conclusion": "success"},
        {"number": 2, "name": "Lint", "status": "completed", "conclusion": "failure"},
    ]
    job = {
        "id": 8,
        "name": "lint",
        "status": "completed",
        "conclusion": "failure",
        "run_attempt": 2,
        "check_run_url": "https://api.github.com/repos/octo/widgets/check-runs/99",
        "html_url": None,
        "steps": steps,
    }
    bare = {"id": 9, "name": "later", "status": "queued", "conclusion": None, "check_run_url": "https://x/odd"}
    server.on("GET repos/octo/widgets/actions/runs/4/jobs", scripted.reply({"jobs": [job, bare]}))

    first, second = await logs.jobs(repo, 4)

    assert (first.check_run_id, first.attempt, first.conclusion) == (99, 2, "failure")
    assert first.steps[1] == logs.Step(2, "Lint", "completed", "failure")
    assert (second.check_run_id, second.steps) == (None, ())
