-- Generated from gem.contracts by `gem contracts generate`; do not edit.

delete from ops.dim_brand_version
using moved_mark
where moved_mark.source_id = dim_brand_version.source_id
    and dim_brand_version.batch_seq <= moved_mark.batch_seq;
