-- Who asked that nothing be published for a while, so that many transactions of a reader see one warehouse.
create table ops.publish_hold (
    holder varchar(128) not null encode zstd,
    reason varchar(512) not null encode zstd,
    held_from timestamp not null encode az64,
    held_until timestamp not null encode az64,
    primary key (holder)
)
diststyle all;
