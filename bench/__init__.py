"""Measurements: one command, side by side with a limit in the same run, as ratios. `python -m bench`."""
