"""dursor doctor: small checks of everything a deployment needs, each a line that says what to do where it fails."""
