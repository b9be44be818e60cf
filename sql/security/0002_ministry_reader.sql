-- Which user reads the rows of which ministry. Written by hand; a security administrator keeps its rows.
create table if not exists ops.ministry_reader (
    user_name varchar(128) not null encode zstd,
    source_id varchar(32) not null encode zstd,
    ministry_id bigint not null encode az64,
    primary key (user_name, source_id, ministry_id)
)
diststyle all;
