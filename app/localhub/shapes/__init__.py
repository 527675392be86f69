"""GitHub's JSON, one module for a family of objects: what the hub remembers as GitHub shows it.

Every function takes the world first, for addresses, and returns a fresh dictionary.
"""
