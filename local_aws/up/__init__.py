"""`gem up`: a local cloud that stays up, each part in a process of its own, kept running by a supervisor."""
