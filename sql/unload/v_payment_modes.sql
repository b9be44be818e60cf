-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.payment_mode_key,
    exported.payment_mode,
    exported.label
from bi.v_payment_modes as exported;
