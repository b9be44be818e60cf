-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Buying organisations by validity, with their place in the hierarchy: one version of one organisation.
drop view if exists bi.v_buyers;

create view bi.v_buyers as
select
    cast(dim_buyer_org.buyer_org_key as bigint) as buyer_org_key,
    cast(dim_buyer_org.source_id as varchar(32)) as source_id,
    cast(dim_buyer_org.org_id as bigint) as org_id,
    cast(dim_buyer_org.parent_org_id as bigint) as parent_org_id,
    cast(dim_buyer_org.org_name as varchar(1024)) as org_name,
    cast(dim_buyer_org.level as varchar(32)) as level,
    cast(dim_buyer_org.org_type as varchar(32)) as org_type,
    cast(dim_buyer_org.govt_tier as varchar(32)) as govt_tier,
    cast(dim_buyer_org.state_code as varchar(2)) as state_code,
    cast(dim_buyer_org.is_ppp_mse_bound as boolean) as is_ppp_mse_bound,
    cast(dim_buyer_org.ministry_id as bigint) as ministry_id,
    cast(dim_buyer_org.ministry_name as varchar(1024)) as ministry_name,
    cast(dim_buyer_org.department_id as bigint) as department_id,
    cast(dim_buyer_org.department_name as varchar(1024)) as department_name,
    cast(dim_buyer_org.organisation_id as bigint) as organisation_id,
    cast(dim_buyer_org.organisation_name as varchar(1024)) as organisation_name,
    cast(dim_buyer_org.office_id as bigint) as office_id,
    cast(dim_buyer_org.office_name as varchar(1024)) as office_name,
    cast(dim_buyer_org.valid_from as timestamp) as valid_from,
    cast(dim_buyer_org.valid_to as timestamp) as valid_to,
    cast(dim_buyer_org.is_current as boolean) as is_current
from mart.dim_buyer_org;
