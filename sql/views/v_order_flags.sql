-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Combinations of the flags of an order line: one combination.
drop view if exists bi.v_order_flags;

create view bi.v_order_flags as
select
    cast(dim_order_flags.order_flags_key as bigint) as order_flags_key,
    cast(dim_order_flags.mii_class as varchar(32)) as mii_class,
    cast(dim_order_flags.is_interstate as boolean) as is_interstate,
    cast(dim_order_flags.is_pac as boolean) as is_pac,
    cast(dim_order_flags.is_reverse_auction as boolean) as is_reverse_auction
from mart.dim_order_flags;
