-- Generated from gem.contracts by `gem contracts generate`; do not edit.

delete from ops.dim_buyer_user_version
using moved_mark
where moved_mark.source_id = dim_buyer_user_version.source_id
    and dim_buyer_user_version.batch_seq <= moved_mark.batch_seq;
