"""A GitHub on this machine: its API, git over HTTP, signed webhooks and CI that runs, for the demo and the tests.

It stands on the far side of the wire: nothing of dursor is imported here, and only tests and the demo import it.
"""
