"""dursor takes a pull request from "opened" to "merged".

A webhook goes to the inbox, handlers advance a lifecycle, the outbox performs effects through
executors, github and the workspace; the store remembers; the web shows:

    webhook -> inbox -> handlers -> advance -> lifecycle.decide -> outbox -> perform
"""

__version__ = "0.1.0"
