-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 33. Seller concentration (HHI), in index. Herfindahl-Hirschman index of net GMV among sellers: 10,000 is one seller. Meant by category.
drop view if exists bi.m_hhi;

create view bi.m_hhi as
with figure as (
    select
      group_1 as financial_year,
      group_2 as category_name,
      sum(case when part.seller_id is not null then 10000 * part.amount * part.amount when not (part.seller_id is not null) then 0 end) as numerator,
      sum(part.amount) * sum(part.amount) as denominator,
      cast(cast(sum(case when part.seller_id is not null then 10000 * part.amount * part.amount when not (part.seller_id is not null) then 0 end) as numeric(38,4)) / nullif(sum(part.amount) * sum(part.amount), 0) as numeric(38,2)) as value
    from (
      select
        contract_date.financial_year as group_1,
        category.category_name as group_2,
        f.source_id,
        f.seller_id,
        sum(f.current_value) as amount
      from mart.fact_order_line f
        join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
        join mart.dim_category category on category.category_key = f.category_key
      group by contract_date.financial_year, category.category_name, f.source_id, f.seller_id
    ) part
    group by group_1, group_2
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.category_name as varchar(512)) as category_name,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,2)) as value
from figure;
