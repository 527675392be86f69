"""The gateway to the providers of models: agents reach them through it, with a token that is worth nothing elsewhere.

An agent's process never holds a provider's key: it can be told to print its environment, or read it itself. It gets a
token of its run, which opens a few paths of one provider, from this machine, until the run ends.
"""

from app.executors.gateway.grants import Grant
from app.executors.gateway.proxy import Gateway
from app.executors.gateway.refusals import Refusal

__all__ = ["Gateway", "Grant", "Refusal"]
