-- Warning: MSE claims of sellers that had no valid classification as one at submission: one participation.
-- Of a seller that has not arrived, or was rejected, nothing is known: its claims are no finding.
drop view if exists bi.v_unfounded_mse_claims;

create view bi.v_unfounded_mse_claims as
select
    cast(participation.source_id as varchar(32)) as source_id,
    cast(participation.participation_id as bigint) as participation_id,
    cast(participation.bid_id as bigint) as bid_id,
    cast(participation.seller_id as bigint) as seller_id,
    cast(participation.buyer_org_key as bigint) as buyer_org_key,
    cast(participation.seller_key as bigint) as seller_key,
    cast(participation.submitted_at as timestamp) as submitted_at,
    cast(seller.size as varchar(32)) as size_at_submission,
    cast(seller.size is null as boolean) as is_unclassified
from mart.fact_bid_participation as participation
join mart.dim_seller as seller
    on seller.seller_key = participation.seller_key
where participation.claims_mse
    and participation.seller_key <> -1
    and not coalesce(seller.is_mse, false);
