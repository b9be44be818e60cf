"""The classic mistakes of loads, each as a change of the load's own SQL."""

from dataclasses import dataclass

from tests.model.history import FIRST, FOURTH, SECOND, SECOND_REPLAYED, THIRD, Batch


@dataclass(frozen=True)
class Mistake:
    """`text` of the load script of `table` becomes `wrong`; loading in `order` must then differ from the oracle."""

    name: str
    table: str
    text: str
    wrong: str
    order: tuple[Batch, ...]


MISTAKES = (
    Mistake(
        "stale observations are dropped before the SCD2 rebuild",
        "dim_category",
        "    from stage_dim_category\n)",
        "    from stage_dim_category\n"
        "    where batch_seq > (select coalesce(max(batch_seq), 0) from ops.dim_category_version)\n)",
        (FIRST, THIRD, SECOND),
    ),
    Mistake(
        "an observation that equals an earlier one is not remembered",
        "dim_category",
        "    level3_name\nfrom fresh_dim_category",
        "    level3_name\nfrom fresh_dim_category\nwhere not exists (select 1 from ops.dim_category_version as known"
        " where known.category_id = fresh_dim_category.category_id and known.batch_seq < fresh_dim_category.batch_seq"
        " and known.observation_hash = fresh_dim_category.observation_hash)",
        (FIRST, THIRD, SECOND),
    ),
    Mistake(
        "members are replaced by their own id, not by their root",
        "fact_bid_participation",
        "using touched_root\nwhere touched_root.aggregate = 'bid'\n"
        "    and touched_root.source_id = fact_bid_participation.source_id\n"
        "    and touched_root.root_id = fact_bid_participation.bid_id",
        "using stage_fact_bid_participation as staged\nwhere staged.source_id = fact_bid_participation.source_id\n"
        "    and staged.participation_id = fact_bid_participation.participation_id",
        (FIRST, SECOND, THIRD),
    ),
    Mistake(
        "stale roots are loaded",
        "root",
        "        known.batch_seq is null\n",
        "        true or known.batch_seq is null\n",
        (SECOND, FIRST),
    ),
    Mistake(
        "a stale row overwrites an SCD1 dimension",
        "dim_state",
        "        known.batch_seq is null\n",
        "        true or known.batch_seq is null\n",
        (SECOND, FIRST),
    ),
    Mistake(
        "an earlier attempt replaces a later one",
        "dim_seller",
        "known.attempt >= staged.attempt",
        "known.attempt = staged.attempt",
        (FIRST, SECOND_REPLAYED, SECOND),
    ),
    Mistake(
        "an observation takes over at its own time, though one before it was later",
        "dim_category",
        "    ) over (partition by source_id, category_id order by batch_seq rows unbounded preceding) as takes_over_at",
        "    ) over (partition by source_id, category_id, batch_seq) as takes_over_at",
        (FIRST, SECOND, THIRD, FOURTH),
    ),
    Mistake(
        "what no newer row tells of takes over with the version before it",
        "dim_category",
        "            when observation_hash <> hash_before and observed_at <= newest_before then snapshot_at\n",
        "            when false then snapshot_at\n",
        (FIRST, SECOND, THIRD),
    ),
    Mistake(
        "an observation that only repeats the one before it waits for its snapshot too",
        "dim_category",
        "            when observation_hash <> hash_before and observed_at <= newest_before then snapshot_at\n",
        "            when observed_at <= newest_before then snapshot_at\n",
        (FIRST, SECOND, THIRD),
    ),
    Mistake(
        "a repeated observation that moves the next one's start touches nothing",
        "dim_category",
        "    or (timeline.seq_after is not null and timeline.tells_newer)",
        "",
        (FIRST, THIRD, SECOND),
    ),
    Mistake(
        "a repeated observation touches only what it makes take over later",
        "dim_category",
        "    or (timeline.seq_after is not null and timeline.tells_newer)",
        "    or (timeline.seq_after is not null and timeline.tells_newer"
        " and timeline.takes_over_at < cast('2026-11-01 00:00:00' as timestamp))",
        (FIRST, SECOND, FOURTH, THIRD),
    ),
    Mistake(
        "only unknown keys are resolved again",
        "fact_bid_participation",
        "    and fact_bid_participation.category_key <> version.category_key",
        "    and fact_bid_participation.category_key = -1",
        (FIRST, SECOND_REPLAYED),
    ),
    Mistake(
        "classes follow the time of observation instead of their own validity",
        "dim_seller",
        "and segment.batch_seq = governed.newest_seq",
        "and segment.batch_seq = governed.base_seq",
        (FIRST, SECOND, THIRD),
    ),
    Mistake(
        "what waited for a key is not resolved",
        "fact_bid_participation",
        "    and fact_bid_participation.seller_key = stale.old_key",
        "    and fact_bid_participation.seller_key = stale.old_key\n    and stale.old_key <> -1",
        (THIRD, FIRST),
    ),
    Mistake(
        "facts of a version that ends earlier stay with it",
        "dim_seller",
        "    where valid_to < valid_to_before",
        "    where false",
        (THIRD, FOURTH),
    ),
    Mistake(
        "facts are resolved again from the wrong end of what changed",
        "fact_bid_participation",
        "    and fact_bid_participation.submitted_date_key >= stale.changed_from_date_key",
        "    and fact_bid_participation.submitted_date_key < stale.changed_from_date_key",
        (THIRD, FOURTH),
    ),
    Mistake(
        "a contract does not look for a bid that came before it",
        "fact_contract_lifecycle",
        "    on bid.source_id = staged.source_id",
        "    on false and bid.source_id = staged.source_id",
        (THIRD, FOURTH),
    ),
    Mistake(
        "a contract does not follow a bid that comes after it",
        "fact_contract_lifecycle",
        "    where touched_root.aggregate = 'bid'\n) as filled",
        "    where touched_root.aggregate = 'contract'\n) as filled",
        (SECOND, THIRD),
    ),
    Mistake(
        "a contract keeps what its deleted bid said",
        "fact_contract_lifecycle",
        "    left join mart.fact_bid as bid\n        on bid.source_id = present.source_id",
        "    join mart.fact_bid as bid\n        on bid.source_id = present.source_id",
        (SECOND, THIRD),
    ),
    Mistake(
        "a bid does not count what its own batch says of its sellers",
        "fact_bid",
        "coalesce(counted.mse_participants, 0) as mse_participants",
        "0 as mse_participants",
        (SECOND,),
    ),
    Mistake(
        "a bid does not count again when a seller moves to another version",
        "fact_bid",
        "    on bid_participation.seller_key = stale.old_key",
        "    on not stale.is_moved\n    and bid_participation.seller_key = stale.old_key",
        (THIRD, FOURTH),
    ),
    Mistake(
        "a bid does not count again when a version says something else of its seller",
        "dim_seller",
        "    where tells_else",
        "    where false",
        (FIRST, THIRD, FOURTH),
    ),
    Mistake(
        "the day that a line has left keeps it",
        "agg_gmv_daily",
        "from mart.fact_order_line as present\njoin touched_root",
        "from mart.fact_order_line as present\njoin (select * from touched_root where false) as touched_root",
        (THIRD, FOURTH),
    ),
    Mistake(
        "the day that a line comes to is not computed",
        "agg_gmv_daily",
        "from stage_fact_order_line as staged\njoin touched_root",
        "from stage_fact_order_line as staged\njoin touched_root\n    on false\njoin touched_root as other",
        (SECOND,),
    ),
    Mistake(
        "the days of a seller that moved to another version are not computed again",
        "agg_gmv_daily",
        "from stale_dim_seller as stale",
        "from (select * from stale_dim_seller where not is_moved) as stale",
        (SECOND, THIRD),
    ),
    Mistake(
        "the days of a buyer that came late are not computed again",
        "agg_gmv_daily",
        "from stale_dim_buyer_org as stale",
        "from (select * from stale_dim_buyer_org where old_key <> -1) as stale",
        (FIRST, THIRD),
    ),
    Mistake(
        "the days of a category whose version says something else are not computed again",
        "dim_category",
        "    where tells_else",
        "    where false",
        (SECOND, SECOND_REPLAYED),
    ),
    Mistake(
        "withdrawn offers are counted",
        "fact_bid",
        "not bid_participation.is_withdrawn and seller.is_mse then",
        "seller.is_mse then",
        (SECOND,),
    ),
    Mistake(
        "pairs of a hierarchy are replaced one by one, and those that are gone stay",
        "bridge_org_hierarchy",
        "using touched_root\nwhere touched_root.aggregate = 'buyer_organisation'\n"
        "    and touched_root.source_id = bridge_org_hierarchy.source_id\n"
        "    and touched_root.root_id = bridge_org_hierarchy.root_id",
        "using stage_bridge_org_hierarchy as staged\nwhere staged.source_id = bridge_org_hierarchy.source_id\n"
        "    and staged.ancestor_org_id = bridge_org_hierarchy.ancestor_org_id\n"
        "    and staged.descendant_org_id = bridge_org_hierarchy.descendant_org_id",
        (FIRST, SECOND),
    ),
    Mistake(
        "a stale user overwrites a newer one",
        "dim_buyer_user",
        "        known.batch_seq is null\n",
        "        true or known.batch_seq is null\n",
        (SECOND, FIRST),
    ),
    Mistake(
        "bids that waited for their user are not resolved",
        "fact_bid",
        "    and fact_bid.buyer_user_key = stale.old_key",
        "    and fact_bid.buyer_user_key = stale.old_key\n    and stale.old_key <> -1",
        (FOURTH, THIRD),
    ),
    Mistake(
        "what a product overwrites follows the time of observation",
        "dim_product",
        "and segment.batch_seq = governed.newest_seq",
        "and segment.batch_seq = governed.base_seq",
        (FIRST, SECOND),
    ),
    Mistake(
        "the class of a product is overwritten too",
        "dim_product",
        "and base.batch_seq = governed.base_seq",
        "and base.batch_seq = governed.newest_seq",
        (FIRST, SECOND),
    ),
    Mistake(
        "limits follow the time of observation instead of their own validity",
        "dim_policy_parameter",
        "and segment.batch_seq = governed.newest_seq",
        "and segment.batch_seq = governed.base_seq",
        (FIRST, SECOND, THIRD),
    ),
    Mistake(
        "a period that was taken back still ends the one before it",
        "dim_policy_parameter",
        "    where batch_seq = newest_seq\n",
        "",
        (SECOND, THIRD),
    ),
)

OF_DIGESTS = (
    Mistake(
        "what is removed stays in its bucket",
        "fact_order_line",
        "    -count(*) as row_count",
        "    0 * count(*) as row_count",
        (FIRST, SECOND, THIRD, FOURTH),
    ),
    Mistake(
        "what is removed without a row to replace it stays in its bucket",
        "fact_bid",
        "    from mart.fact_bid as present\n    join touched_root\n",
        "    from mart.fact_bid as present\n"
        "    join (select * from touched_root where not is_deleted) as touched_root\n",
        (FIRST, SECOND, THIRD, FOURTH),
    ),
    Mistake(
        "a bucket is written of the batch alone",
        "fact_bid_participation",
        "    from ops.fact_bid_participation_digest as kept\n",
        "    from (select * from ops.fact_bid_participation_digest where row_count = 0) as kept\n",
        (FIRST, SECOND, THIRD, FOURTH),
    ),
)
"""They leave the mart as it should be, and digests that are not those of its rows."""
