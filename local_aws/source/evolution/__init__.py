"""The changes of one round as SQL, in the order of the files' names; each is introduced by its kind."""
