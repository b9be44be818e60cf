-- What each ministry bound by the MSE mandate bought, and what it owes its targets: one ministry and financial year.
drop view if exists bi.v_mandate;

create view bi.v_mandate as
with ministry_year as (
    select
        line.source_id,
        buyer_org.ministry_id,
        max(buyer_org.ministry_name) as ministry_name,
        line.financial_year,
        sum(line.current_value) as net_gmv,
        sum(case when line.is_mse then line.current_value when not line.is_mse then 0 end) as mse_value,
        sum(case when line.is_scst_mse then line.current_value when not line.is_scst_mse then 0 end) as scst_value,
        sum(case when line.is_women_mse then line.current_value when not line.is_women_mse then 0 end) as women_value,
        sum(line.mse_target) as mse_target,
        sum(line.scst_target) as scst_target,
        sum(line.women_target) as women_target
    from bi.v_mandate_lines as line
    join mart.dim_buyer_org as buyer_org
        on buyer_org.buyer_org_key = line.buyer_org_key
    group by line.source_id, buyer_org.ministry_id, line.financial_year
)
select
    cast(ministry_year.source_id as varchar(32)) as source_id,
    cast(ministry_year.ministry_id as bigint) as ministry_id,
    cast(ministry_year.ministry_name as varchar(1024)) as ministry_name,
    cast(ministry_year.financial_year as varchar(7)) as financial_year,
    cast(ministry_year.net_gmv as numeric(18,2)) as net_gmv,
    cast(ministry_year.mse_value as numeric(18,2)) as mse_value,
    cast(ministry_year.mse_target as numeric(18,2)) as mse_target,
    cast(case when ministry_year.mse_target > ministry_year.mse_value then ministry_year.mse_target - ministry_year.mse_value when ministry_year.mse_target <= ministry_year.mse_value then 0 end as numeric(18,2)) as mse_shortfall,
    cast(ministry_year.scst_value as numeric(18,2)) as scst_value,
    cast(ministry_year.scst_target as numeric(18,2)) as scst_target,
    cast(case when ministry_year.scst_target > ministry_year.scst_value then ministry_year.scst_target - ministry_year.scst_value when ministry_year.scst_target <= ministry_year.scst_value then 0 end as numeric(18,2)) as scst_shortfall,
    cast(ministry_year.women_value as numeric(18,2)) as women_value,
    cast(ministry_year.women_target as numeric(18,2)) as women_target,
    cast(case when ministry_year.women_target > ministry_year.women_value then ministry_year.women_target - ministry_year.women_value when ministry_year.women_target <= ministry_year.women_value then 0 end as numeric(18,2)) as women_shortfall
from ministry_year;
