-- Which user reads the rows of which ministry. Written by hand; a security administrator keeps its rows.
create table if not exists ops.ministry_reader (
    user_name varchar(128) not null encode zstd,
    source_id varchar(32) not null encode zstd,
    ministry_id bigint not null encode az64,
    primary key (user_name, source_id, ministry_id)
)
diststyle all;

-- The same for a report that reads every row and shows each of its users, by user principal name, the rows of his own.
drop view if exists bi.v_ministry_readers;

create view bi.v_ministry_readers as
select
    cast(reader.user_name as varchar(128)) as user_name,
    cast(reader.source_id as varchar(32)) as source_id,
    cast(reader.ministry_id as bigint) as ministry_id
from ops.ministry_reader as reader;
