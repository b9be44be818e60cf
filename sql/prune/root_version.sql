-- Generated from gem.contracts by `gem contracts generate`; do not edit.

delete from ops.root_version
using moved_mark
where moved_mark.source_id = root_version.source_id
    and root_version.batch_seq <= moved_mark.batch_seq;
