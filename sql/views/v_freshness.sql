-- The newest snapshot that is loaded of each table: one table of one source.
drop view if exists bi.v_freshness;

create view bi.v_freshness as
select
    cast(loaded.source_id as varchar(32)) as source_id,
    cast(loaded_rows.table_name as varchar(128)) as table_name,
    cast(max(loaded.snapshot_at) as timestamp) as snapshot_at,
    cast(max(loaded.loaded_at) as timestamp) as loaded_at
from ops.load_log as loaded
join ops.load_rows as loaded_rows
    on loaded_rows.batch_id = loaded.batch_id
    and loaded_rows.attempt = loaded.attempt
group by loaded.source_id, loaded_rows.table_name;
