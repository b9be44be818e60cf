-- What the load keeps for itself (DESIGN 7). Schema ops and ops.migration come from gem.warehouse.migrate.
create schema if not exists mart;

create schema if not exists bi;

-- Locked first in every load, and read by nobody: a lock on a table that is read would block its readers.
create table ops.load_mutex (
    holder varchar(64) encode zstd
)
diststyle all;

-- One row per attempt that is in the warehouse; what stands here is never loaded again.
create table ops.load_log (
    batch_id varchar(64) not null encode zstd,
    attempt integer not null encode az64,
    source_id varchar(32) not null encode zstd,
    batch_seq bigint not null encode raw,
    snapshot_at timestamp not null encode az64,
    loaded_at timestamp not null encode az64,
    primary key (batch_id, attempt)
)
diststyle all
sortkey (batch_seq);

-- Rows staged per table of an attempt.
create table ops.load_rows (
    batch_id varchar(64) not null encode zstd,
    attempt integer not null encode az64,
    table_name varchar(128) not null encode zstd,
    row_count bigint not null encode az64,
    primary key (batch_id, attempt, table_name)
)
diststyle all;

-- What was rejected from an attempt (by source table and reason) and what warns in it (by fact and column).
create table ops.quality (
    batch_id varchar(64) not null encode zstd,
    attempt integer not null encode az64,
    table_name varchar(128) not null encode zstd,
    kind varchar(8) not null encode zstd,
    reason varchar(64) not null encode zstd,
    row_count bigint not null encode az64,
    primary key (batch_id, attempt, table_name, kind, reason)
)
diststyle all;

-- Roots of which a batch brought nothing because it was rejected, until a newer version of the root is loaded.
create table ops.rejected_root (
    source_id varchar(32) not null encode zstd,
    aggregate varchar(64) not null encode zstd,
    root_id bigint not null encode raw,
    source_table varchar(64) not null encode zstd,
    reason varchar(64) not null encode zstd,
    rejected_rows bigint not null encode az64,
    batch_seq bigint not null encode az64,
    attempt integer not null encode az64,
    primary key (source_id, aggregate, root_id, source_table, reason, batch_seq, attempt)
)
diststyle key
distkey (root_id)
sortkey (root_id, aggregate);

-- The newest version of every root above its source's mark, deleted ones too: what is older than this is stale.
create table ops.root_version (
    source_id varchar(32) not null encode zstd,
    aggregate varchar(64) not null encode zstd,
    root_id bigint not null encode raw,
    batch_seq bigint not null encode az64,
    attempt integer not null encode az64,
    is_deleted boolean not null encode raw,
    primary key (source_id, aggregate, root_id)
)
diststyle key
distkey (root_id)
sortkey (root_id, aggregate);

-- Nothing at or below the mark of a source is loaded any more, so loads remember of it only what later ones need.
create table ops.low_water_mark (
    source_id varchar(32) not null encode zstd,
    batch_seq bigint not null encode az64,
    moved_at timestamp not null encode az64,
    primary key (source_id)
)
diststyle all;
