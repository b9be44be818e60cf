-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Users of buying organisations, without personal data: one user.
drop view if exists bi.v_buyer_users;

create view bi.v_buyer_users as
select
    cast(dim_buyer_user.buyer_user_key as bigint) as buyer_user_key,
    cast(dim_buyer_user.source_id as varchar(32)) as source_id,
    cast(dim_buyer_user.user_id as bigint) as user_id,
    cast(dim_buyer_user.org_id as bigint) as org_id,
    cast(dim_buyer_user.role as varchar(32)) as role,
    cast(dim_buyer_user.designation as varchar(256)) as designation,
    cast(dim_buyer_user.is_active as boolean) as is_active
from mart.dim_buyer_user;
