-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- What was rejected from each loaded batch and what warns in it: one reason or column of one table.
drop view if exists bi.v_quality;

create view bi.v_quality as
select
    cast(log.source_id as varchar(32)) as source_id,
    cast(log.batch_seq as bigint) as batch_seq,
    cast(quality.batch_id as varchar(64)) as batch_id,
    cast(quality.attempt as integer) as attempt,
    cast(log.snapshot_at as timestamp) as snapshot_at,
    cast(quality.table_name as varchar(128)) as table_name,
    cast(quality.kind as varchar(8)) as kind,
    cast(quality.reason as varchar(64)) as reason,
    cast(quality.row_count as bigint) as row_count
from ops.quality as quality
join ops.load_log as log
    on log.batch_id = quality.batch_id
    and log.attempt = quality.attempt;
