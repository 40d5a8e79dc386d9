"""Where in the network Sharky sits: what it changes to get there, how that is undone, and what can be seen from there.

    what there is (network) + what is wanted -> problems, or a plan of steps -> the kernel
                                                        what there was (memory) -> a plan that undoes it

Plans are pure: they are made from what was read, printed for `--dry-run`, and carried out by `Kernel` alone. In every
placement the kernel forwards; no packet waits for Sharky.
"""
