"""What a run is and what it does next: pure, with no clock, database, network or logging.

`decide` holds every transition; the other files are the words it is written in (`run`, `signals`,
`effects`, `policy`) and the judgements it relies on (`ci_verdict`, `merge_gate`, `score`).
"""
