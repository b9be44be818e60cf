-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select exported.*
from bi.v_measure_totals as exported;
