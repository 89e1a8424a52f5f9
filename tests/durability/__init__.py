"""What survives: the real program is killed, starved of disk and lied to by the disk, and must lose and double nothing.

Figures of a run (kills, crash points, damages) stand in each test. Not covered: a real power cut, and disks that say
that something is written when it is not.
"""
