-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.order_flags_key,
    exported.mii_class,
    exported.is_interstate,
    exported.is_pac,
    exported.is_reverse_auction
from bi.v_order_flags as exported;
