-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 29. Discount to MRP, in share. Maximum retail value less value at award, by the former, over direct and L1 purchases with an MRP.
drop view if exists bi.m_discount_to_mrp;

create view bi.m_discount_to_mrp as
with figure as (
    select
      contract_date.financial_year,
      f.buy_mode,
      sum(f.mrp_value - f.line_value) as numerator,
      sum(f.mrp_value) as denominator,
      cast(cast(sum(f.mrp_value - f.line_value) as numeric(26,6)) / nullif(sum(f.mrp_value), 0) as numeric(38,6)) as value
    from mart.fact_order_line f
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
    where f.buy_mode in ('DIRECT', 'L1') and f.mrp_value is not null and f.line_value is not null
    group by contract_date.financial_year, f.buy_mode
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.buy_mode as varchar(32)) as buy_mode,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
