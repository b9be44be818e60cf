-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select exported.*
from bi.v_mandate_lines as exported;
