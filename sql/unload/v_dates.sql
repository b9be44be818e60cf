-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.date_key,
    exported.calendar_date,
    exported.financial_year,
    exported.fy_start_year,
    exported.fy_quarter,
    exported.fy_month_no,
    exported.fy_day_no,
    exported.month_name,
    exported.iso_week,
    exported.is_month_end
from bi.v_dates as exported;
