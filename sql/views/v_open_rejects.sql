-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Roots whose newest version was rejected: what is in the warehouse of them is older, or nothing.
drop view if exists bi.v_open_rejects;

create view bi.v_open_rejects as
select
    cast(rejected.source_id as varchar(32)) as source_id,
    cast(rejected.aggregate as varchar(64)) as aggregate,
    cast(rejected.root_id as bigint) as root_id,
    cast(rejected.source_table as varchar(64)) as source_table,
    cast(rejected.reason as varchar(64)) as reason,
    cast(rejected.rejected_rows as bigint) as rejected_rows,
    cast(log.batch_id as varchar(64)) as batch_id,
    cast(log.attempt as integer) as attempt,
    cast(log.snapshot_at as timestamp) as snapshot_at,
    cast(rejected.first_batch_seq as bigint) as first_batch_seq
from (
    select
        rejected_root.*,
        rank() over (partition by source_id, aggregate, root_id order by batch_seq desc, attempt desc) as recency,
        min(batch_seq) over (partition by source_id, aggregate, root_id) as first_batch_seq
    from ops.rejected_root
) as rejected
join ops.load_log as log
    on log.source_id = rejected.source_id
    and log.batch_seq = rejected.batch_seq
    and log.attempt = rejected.attempt
where rejected.recency = 1;
