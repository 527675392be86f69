"""The tests: sentences, told with real parts on this machine."""
