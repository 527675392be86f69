"""Git, kept away from what strangers and agents write.

    mirror   a bare repository per GitHub repository; the only thing that ever fetches or pushes
    trees    the files of one commit for an agent to work in, and the way back, past the policy
    policy   what an agent may change, and what people should know of it
    commits  reading and making commits, diffs and merges inside a mirror
    push     one commit to one branch, under a lease

An agent's directory is data. It never holds a link to the mirror, and no command here ever runs with the
configuration, the hooks or the filters that lie in it. Real git does the work: argument lists and an
environment built from nothing, never a shell. A `Remote` is where a mirror talks to, with its token.
"""
