-- The roles; people and programs get one by: grant role gem_bi to "user". Written by hand.
-- Who holds none of them reads nothing.

-- The program that loads.
create role gem_loader;

-- People who write queries.
create role gem_analyst;

-- Reports over everything.
create role gem_bi;

-- Reports over the rows of one's own ministries: ops.ministry_reader says whose.
create role gem_ministry;

-- People who check: everything is read, nothing written.
create role gem_auditor;
