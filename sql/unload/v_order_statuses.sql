-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.order_status_key,
    exported.order_status,
    exported.label
from bi.v_order_statuses as exported;
