-- Days 2000-04-01 to 2050-03-31, fifty financial years (April to March), and the unknown day.
insert into mart.dim_date (
    date_key, calendar_date, financial_year, fy_start_year, fy_quarter, fy_month_no, fy_day_no,
    month_name, iso_week, is_month_end
)
with digit as (
    select 0 as n union all select 1 union all select 2 union all select 3 union all select 4
    union all select 5 union all select 6 union all select 7 union all select 8 union all select 9
),
day as (
    select
        cast('2000-04-01' as date)
            + (one.n + 10 * ten.n + 100 * hundred.n + 1000 * thousand.n + 10000 * myriad.n) as calendar_date
    from digit as one
    cross join digit as ten
    cross join digit as hundred
    cross join digit as thousand
    cross join (select 0 as n union all select 1) as myriad
),
numbered as (
    select
        calendar_date,
        cast(to_char(calendar_date, 'YYYY') as integer) as calendar_year,
        cast(to_char(calendar_date, 'MM') as integer) as calendar_month
    from day
    where calendar_date <= cast('2050-03-31' as date)
),
financial as (
    select
        calendar_date,
        calendar_year - case when calendar_month < 4 then 1 else 0 end as fy_start_year,
        mod(calendar_month + 8, 12) + 1 as fy_month_no
    from numbered
)
select
    cast(to_char(calendar_date, 'YYYYMMDD') as integer) as date_key,
    calendar_date,
    cast(fy_start_year as varchar(4)) || '-' || substring(cast(fy_start_year + 1 as varchar(4)), 3, 2) as financial_year,
    fy_start_year,
    (fy_month_no - 1) / 3 + 1 as fy_quarter,
    fy_month_no,
    calendar_date - cast(cast(fy_start_year as varchar(4)) || '-04-01' as date) + 1 as fy_day_no,
    trim(to_char(calendar_date, 'Month')) as month_name,
    cast(to_char(calendar_date, 'IW') as integer) as iso_week,
    to_char(calendar_date + 1, 'DD') = '01' as is_month_end
from financial;

insert into mart.dim_date (date_key, financial_year, month_name)
values (-1, 'Unknown', 'Unknown');
