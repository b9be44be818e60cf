-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.buy_mode_key,
    exported.buy_mode,
    exported.label
from bi.v_buy_modes as exported;
