-- Order lines of buyers that the MSE mandate binds, with what their year's targets ask of each: one order line.
-- A trader is no MSE here. Targets are those of the first day of the financial year.
drop view if exists bi.v_mandate_lines;

create view bi.v_mandate_lines as
with bound_line as (
    select
        line.*,
        contract_date.financial_year,
        cast(cast(contract_date.fy_start_year as varchar(4)) || '-04-01' as date) as year_begins_on,
        seller.is_ppp_mse as is_mse,
        seller.is_ppp_mse and seller.is_scst as is_scst_mse,
        seller.is_ppp_mse and seller.is_women_owned as is_women_mse
    from mart.fact_order_line as line
    join mart.dim_buyer_org as buyer_org
        on buyer_org.buyer_org_key = line.buyer_org_key
    join mart.dim_seller as seller
        on seller.seller_key = line.seller_key
    join mart.dim_date as contract_date
        on contract_date.date_key = line.contract_date_key
    where buyer_org.is_ppp_mse_bound
)
select
    cast(bound_line.source_id as varchar(32)) as source_id,
    cast(bound_line.contract_item_id as bigint) as contract_item_id,
    cast(bound_line.contract_id as bigint) as contract_id,
    cast(bound_line.buyer_org_key as bigint) as buyer_org_key,
    cast(bound_line.seller_key as bigint) as seller_key,
    cast(bound_line.category_key as bigint) as category_key,
    cast(bound_line.contract_date_key as integer) as contract_date_key,
    cast(bound_line.financial_year as varchar(7)) as financial_year,
    cast(bound_line.current_value as numeric(18,2)) as current_value,
    cast(bound_line.is_mse as boolean) as is_mse,
    cast(bound_line.is_scst_mse as boolean) as is_scst_mse,
    cast(bound_line.is_women_mse as boolean) as is_women_mse,
    cast(bound_line.current_value * cast(mse.num_value as numeric(9,4)) * 0.01 as numeric(32,8)) as mse_target,
    cast(bound_line.current_value * cast(scst.num_value as numeric(9,4)) * 0.01 as numeric(32,8)) as scst_target,
    cast(bound_line.current_value * cast(women.num_value as numeric(9,4)) * 0.01 as numeric(32,8)) as women_target
from bound_line
left join bi.v_policy as mse
    on mse.source_id = bound_line.source_id
    and mse.param_code = 'MSE_TARGET_PCT'
    and bound_line.year_begins_on >= mse.first_day
    and bound_line.year_begins_on < mse.until_day
left join bi.v_policy as scst
    on scst.source_id = bound_line.source_id
    and scst.param_code = 'SCST_TARGET_PCT'
    and bound_line.year_begins_on >= scst.first_day
    and bound_line.year_begins_on < scst.until_day
left join bi.v_policy as women
    on women.source_id = bound_line.source_id
    and women.param_code = 'WOMEN_TARGET_PCT'
    and bound_line.year_begins_on >= women.first_day
    and bound_line.year_begins_on < women.until_day;
