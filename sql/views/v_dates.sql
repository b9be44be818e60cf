-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Calendar days in IST; filled by a migration: one day; -1 is the unknown day.
drop view if exists bi.v_dates;

create view bi.v_dates as
select
    cast(dim_date.date_key as integer) as date_key,
    cast(dim_date.calendar_date as date) as calendar_date,
    cast(dim_date.financial_year as varchar(7)) as financial_year,
    cast(dim_date.fy_start_year as integer) as fy_start_year,
    cast(dim_date.fy_quarter as integer) as fy_quarter,
    cast(dim_date.fy_month_no as integer) as fy_month_no,
    cast(dim_date.fy_day_no as integer) as fy_day_no,
    cast(dim_date.month_name as varchar(16)) as month_name,
    cast(dim_date.iso_week as integer) as iso_week,
    cast(dim_date.is_month_end as boolean) as is_month_end,
    cast(gazetted.date_key is not null as boolean) as is_gazetted_holiday
from mart.dim_date
left join (
    select distinct holiday_date.date_key
    from mart.dim_date as holiday_date
    join mart.dim_policy_parameter as holiday
        on holiday.param_code = 'GAZETTED_HOLIDAY'
        and holiday.text_value is not null
        and holiday_date.calendar_date >= cast(dateadd(minute, 330, holiday.valid_from) as date)
        and holiday_date.calendar_date < cast(dateadd(minute, 330, holiday.valid_to) as date)
) as gazetted
    on gazetted.date_key = dim_date.date_key;
