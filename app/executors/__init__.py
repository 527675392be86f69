"""Coding agents and other programs, all alike from outside.

    registry.find(name) -> Executor.run(Request, emit) -> Result        what runs        (base)
        command                                                        which program it is
            process.run                                                deadlines, environment, log
                sandbox -> bubblewrap or landlock, view                what it can reach
                guard -> reaper                                        nothing outlives a run
    engine.Engine                                                      where it runs
    sarif.parse                                                        what a linter found

An executor sees a directory and an instruction. It never sees GitHub, the database or git.
"""
