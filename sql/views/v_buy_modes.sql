-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- How a contract came about: one code; -1 is a code not listed here, -2 none stated.
drop view if exists bi.v_buy_modes;

create view bi.v_buy_modes as
select
    cast(dim_buy_mode.buy_mode_key as bigint) as buy_mode_key,
    cast(dim_buy_mode.buy_mode as varchar(32)) as buy_mode,
    cast(dim_buy_mode.label as varchar(64)) as label
from mart.dim_buy_mode;
