-- Generated from gem.contracts by `gem contracts generate`; do not edit.

delete from ops.dim_consignee_version
using moved_mark
where moved_mark.source_id = dim_consignee_version.source_id
    and dim_consignee_version.batch_seq <= moved_mark.batch_seq;
