-- Generated from gem.contracts by `gem contracts generate`; do not edit.

create table mart.dim_date (
    date_key integer not null encode raw,
    calendar_date date encode az64,
    financial_year varchar(7) encode zstd,
    fy_start_year integer encode az64,
    fy_quarter integer encode az64,
    fy_month_no integer encode az64,
    fy_day_no integer encode az64,
    month_name varchar(16) encode zstd,
    iso_week integer encode az64,
    is_month_end boolean encode raw,
    primary key (date_key)
)
diststyle all
sortkey (date_key);

comment on table mart.dim_date is 'Calendar days in IST; filled by a migration: one day; -1 is the unknown day';

create table mart.dim_state (
    state_key bigint not null encode az64,
    source_id varchar(32) not null encode zstd,
    state_code varchar(2) not null encode raw,
    iso_code varchar(8) encode zstd,
    state_name varchar(128) encode zstd,
    is_union_territory boolean encode raw,
    zone varchar(32) encode zstd,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (state_key)
)
diststyle all
sortkey (state_code);

comment on table mart.dim_state is 'States and union territories of India: one state or union territory';

insert into mart.dim_state (state_key, source_id, state_code, state_name, dw_inserted_at, dw_updated_at)
values
    (-1, '-1', '-1', 'Unknown', getdate(), getdate()),
    (-2, '-1', '-2', 'Not stated', getdate(), getdate());

create table ops.dim_state_version (
    source_id varchar(32) not null encode zstd,
    state_code varchar(2) not null encode raw,
    batch_seq bigint not null encode az64,
    attempt integer not null encode az64,
    primary key (source_id, state_code)
)
diststyle key
distkey (state_code)
sortkey (state_code, source_id);

create table mart.dim_category (
    category_key bigint not null encode az64,
    source_id varchar(32) not null encode zstd,
    category_id bigint not null encode raw,
    parent_category_id bigint encode az64,
    category_name varchar(512) encode zstd,
    level integer encode az64,
    kind varchar(32) encode zstd,
    hsn_sac varchar(8) encode zstd,
    gst_rate numeric(7,3) encode az64,
    is_mse_reserved boolean encode raw,
    is_active boolean encode raw,
    level1_name varchar(512) encode zstd,
    level2_name varchar(512) encode zstd,
    level3_name varchar(512) encode zstd,
    valid_from timestamp not null encode az64,
    valid_to timestamp not null encode az64,
    is_current boolean not null encode raw,
    row_hash varchar(32) not null encode zstd,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (category_key)
)
diststyle all
sortkey (category_id, valid_from);

comment on table mart.dim_category is 'Product and service categories by validity: one version of one category';

insert into mart.dim_category (category_key, source_id, category_id, category_name, level1_name, level2_name, level3_name, valid_from, valid_to, is_current, row_hash, dw_inserted_at, dw_updated_at)
values
    (-1, '-1', -1, 'Unknown', 'Unknown', 'Unknown', 'Unknown', '1900-01-01 00:00:00', '9999-12-31 00:00:00', true, '-1', getdate(), getdate()),
    (-2, '-1', -2, 'Not stated', 'Not stated', 'Not stated', 'Not stated', '1900-01-01 00:00:00', '9999-12-31 00:00:00', true, '-2', getdate(), getdate());

create table ops.dim_category_version (
    source_id varchar(32) not null encode zstd,
    category_id bigint not null encode raw,
    batch_seq bigint not null encode az64,
    attempt integer not null encode az64,
    observed_at timestamp not null encode az64,
    segment_from timestamp not null encode az64,
    observation_hash varchar(32) not null encode zstd,
    parent_category_id bigint encode az64,
    category_name varchar(512) encode zstd,
    level integer encode az64,
    kind varchar(32) encode zstd,
    hsn_sac varchar(8) encode zstd,
    gst_rate numeric(7,3) encode az64,
    is_mse_reserved boolean encode raw,
    is_active boolean encode raw,
    level1_name varchar(512) encode zstd,
    level2_name varchar(512) encode zstd,
    level3_name varchar(512) encode zstd,
    primary key (source_id, category_id, batch_seq, segment_from)
)
diststyle key
distkey (category_id)
sortkey (category_id, source_id, batch_seq);

create table mart.dim_buyer_org (
    buyer_org_key bigint not null encode az64,
    source_id varchar(32) not null encode zstd,
    org_id bigint not null encode raw,
    parent_org_id bigint encode az64,
    org_name varchar(1024) encode zstd,
    level varchar(32) encode zstd,
    org_type varchar(32) encode zstd,
    govt_tier varchar(32) encode zstd,
    state_code varchar(2) encode zstd,
    is_ppp_mse_bound boolean encode raw,
    ministry_id bigint encode az64,
    ministry_name varchar(1024) encode zstd,
    department_id bigint encode az64,
    department_name varchar(1024) encode zstd,
    organisation_id bigint encode az64,
    organisation_name varchar(1024) encode zstd,
    office_id bigint encode az64,
    office_name varchar(1024) encode zstd,
    valid_from timestamp not null encode az64,
    valid_to timestamp not null encode az64,
    is_current boolean not null encode raw,
    row_hash varchar(32) not null encode zstd,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (buyer_org_key)
)
diststyle all
sortkey (org_id, valid_from);

comment on table mart.dim_buyer_org is 'Buying organisations by validity, with their place in the hierarchy: one version of one organisation';

insert into mart.dim_buyer_org (buyer_org_key, source_id, org_id, org_name, ministry_name, department_name, organisation_name, office_name, valid_from, valid_to, is_current, row_hash, dw_inserted_at, dw_updated_at)
values
    (-1, '-1', -1, 'Unknown', 'Unknown', 'Unknown', 'Unknown', 'Unknown', '1900-01-01 00:00:00', '9999-12-31 00:00:00', true, '-1', getdate(), getdate()),
    (-2, '-1', -2, 'Not stated', 'Not stated', 'Not stated', 'Not stated', 'Not stated', '1900-01-01 00:00:00', '9999-12-31 00:00:00', true, '-2', getdate(), getdate());

create table ops.dim_buyer_org_version (
    source_id varchar(32) not null encode zstd,
    org_id bigint not null encode raw,
    batch_seq bigint not null encode az64,
    attempt integer not null encode az64,
    observed_at timestamp not null encode az64,
    segment_from timestamp not null encode az64,
    observation_hash varchar(32) not null encode zstd,
    parent_org_id bigint encode az64,
    org_name varchar(1024) encode zstd,
    level varchar(32) encode zstd,
    org_type varchar(32) encode zstd,
    govt_tier varchar(32) encode zstd,
    state_code varchar(2) encode zstd,
    is_ppp_mse_bound boolean encode raw,
    ministry_id bigint encode az64,
    ministry_name varchar(1024) encode zstd,
    department_id bigint encode az64,
    department_name varchar(1024) encode zstd,
    organisation_id bigint encode az64,
    organisation_name varchar(1024) encode zstd,
    office_id bigint encode az64,
    office_name varchar(1024) encode zstd,
    primary key (source_id, org_id, batch_seq, segment_from)
)
diststyle key
distkey (org_id)
sortkey (org_id, source_id, batch_seq);

create table mart.dim_seller (
    seller_key bigint not null encode az64,
    source_id varchar(32) not null encode zstd,
    seller_id bigint not null encode raw,
    seller_name varchar(512) encode zstd,
    constitution varchar(32) encode zstd,
    seller_type varchar(32) encode zstd,
    status varchar(32) encode zstd,
    registered_on date encode az64,
    state_code varchar(2) encode zstd,
    pincode varchar(6) encode zstd,
    udyam_no varchar(32) encode zstd,
    size varchar(32) encode zstd,
    is_mse boolean encode raw,
    is_ppp_mse boolean encode raw,
    is_trader boolean encode raw,
    is_women_owned boolean encode raw,
    social_category varchar(32) encode zstd,
    is_scst boolean encode raw,
    is_startup boolean encode raw,
    is_shg boolean encode raw,
    is_artisan boolean encode raw,
    valid_from timestamp not null encode az64,
    valid_to timestamp not null encode az64,
    is_current boolean not null encode raw,
    row_hash varchar(32) not null encode zstd,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (seller_key)
)
diststyle all
sortkey (seller_id, valid_from);

comment on table mart.dim_seller is 'Sellers by validity; class columns follow the classification''s own validity: one version of one seller';

insert into mart.dim_seller (seller_key, source_id, seller_id, seller_name, valid_from, valid_to, is_current, row_hash, dw_inserted_at, dw_updated_at)
values
    (-1, '-1', -1, 'Unknown', '1900-01-01 00:00:00', '9999-12-31 00:00:00', true, '-1', getdate(), getdate()),
    (-2, '-1', -2, 'Not stated', '1900-01-01 00:00:00', '9999-12-31 00:00:00', true, '-2', getdate(), getdate());

create table ops.dim_seller_version (
    source_id varchar(32) not null encode zstd,
    seller_id bigint not null encode raw,
    batch_seq bigint not null encode az64,
    attempt integer not null encode az64,
    observed_at timestamp not null encode az64,
    segment_from timestamp not null encode az64,
    observation_hash varchar(32) not null encode zstd,
    seller_name varchar(512) encode zstd,
    constitution varchar(32) encode zstd,
    seller_type varchar(32) encode zstd,
    status varchar(32) encode zstd,
    registered_on date encode az64,
    state_code varchar(2) encode zstd,
    pincode varchar(6) encode zstd,
    udyam_no varchar(32) encode zstd,
    size varchar(32) encode zstd,
    is_mse boolean encode raw,
    is_ppp_mse boolean encode raw,
    is_trader boolean encode raw,
    is_women_owned boolean encode raw,
    social_category varchar(32) encode zstd,
    is_scst boolean encode raw,
    is_startup boolean encode raw,
    is_shg boolean encode raw,
    is_artisan boolean encode raw,
    primary key (source_id, seller_id, batch_seq, segment_from)
)
diststyle key
distkey (seller_id)
sortkey (seller_id, source_id, batch_seq);

create table mart.fact_bid_participation (
    source_id varchar(32) not null encode zstd,
    participation_id bigint not null encode az64,
    bid_id bigint not null encode az64,
    seller_id bigint encode az64,
    org_id bigint encode az64,
    category_id bigint encode az64,
    seller_key bigint not null encode az64,
    buyer_org_key bigint not null encode az64,
    category_key bigint not null encode az64,
    submitted_date_key integer not null encode raw,
    submitted_at timestamp encode az64,
    withdrawn_at timestamp encode az64,
    tech_status varchar(32) encode zstd,
    quoted_value numeric(18,2) encode az64,
    final_value numeric(18,2) encode az64,
    l1_gap_value numeric(18,2) encode az64,
    price_rank integer encode az64,
    award_basis varchar(32) encode zstd,
    claims_mse boolean encode raw,
    is_awarded boolean not null encode raw,
    is_disqualified boolean not null encode raw,
    is_withdrawn boolean not null encode raw,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, bid_id, participation_id),
    foreign key (seller_key) references mart.dim_seller (seller_key),
    foreign key (buyer_org_key) references mart.dim_buyer_org (buyer_org_key),
    foreign key (category_key) references mart.dim_category (category_key)
)
diststyle key
distkey (bid_id)
sortkey (submitted_date_key);

comment on table mart.fact_bid_participation is 'Participations in bids: one participation; a seller may offer twice in a bid';

create table mart.fact_bid (
    source_id varchar(32) not null encode zstd,
    bid_id bigint not null encode az64,
    bid_number varchar(64) encode zstd,
    bid_type varchar(32) encode zstd,
    status varchar(32) encode zstd,
    org_id bigint encode az64,
    category_id bigint encode az64,
    buyer_org_key bigint not null encode az64,
    category_key bigint not null encode az64,
    published_date_key integer not null encode raw,
    closes_date_key integer not null encode az64,
    awarded_date_key integer not null encode az64,
    published_at timestamp encode az64,
    closes_at timestamp encode az64,
    awarded_at timestamp encode az64,
    cancelled_at timestamp encode az64,
    estimated_value numeric(18,2) encode az64,
    emd_amount numeric(18,2) encode az64,
    awarded_value numeric(18,2) encode az64,
    item_count integer not null encode az64,
    participants integer not null encode az64,
    classified_participants integer not null encode az64,
    mse_participants integer not null encode az64,
    ppp_mse_participants integer not null encode az64,
    tech_qualified integer not null encode az64,
    awards integer not null encode az64,
    extension_count integer encode az64,
    cycle_hours numeric(12,2) encode az64,
    is_evaluated boolean not null encode raw,
    is_single_bid boolean not null encode raw,
    is_cancelled boolean not null encode raw,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, bid_id),
    foreign key (buyer_org_key) references mart.dim_buyer_org (buyer_org_key),
    foreign key (category_key) references mart.dim_category (category_key)
)
diststyle key
distkey (bid_id)
sortkey (published_date_key);

comment on table mart.fact_bid is 'Bids: one bid';

create table mart.fact_order_line (
    source_id varchar(32) not null encode zstd,
    contract_item_id bigint not null encode az64,
    contract_id bigint not null encode az64,
    contract_number varchar(64) encode zstd,
    line_no integer encode az64,
    buy_mode varchar(32) encode zstd,
    status varchar(32) encode zstd,
    cancelled_by varchar(32) encode zstd,
    payment_mode varchar(32) encode zstd,
    bid_id bigint encode az64,
    org_id bigint encode az64,
    seller_id bigint encode az64,
    category_id bigint encode az64,
    seller_state_code varchar(2) encode zstd,
    buyer_org_key bigint not null encode az64,
    seller_key bigint not null encode az64,
    category_key bigint not null encode az64,
    seller_state_key bigint not null encode az64,
    contract_date_key integer not null encode raw,
    contract_at timestamp encode az64,
    accepted_at timestamp encode az64,
    rejected_at timestamp encode az64,
    cancelled_at timestamp encode az64,
    delivery_due_on date encode az64,
    ordered_qty numeric(18,3) encode az64,
    unit_price numeric(18,2) encode az64,
    line_value numeric(18,2) encode az64,
    current_value numeric(18,2) encode az64,
    taxable_value numeric(18,2) encode az64,
    cgst numeric(18,2) encode az64,
    sgst numeric(18,2) encode az64,
    igst numeric(18,2) encode az64,
    gst_rate numeric(7,3) encode az64,
    mrp_value numeric(18,2) encode az64,
    reference_value numeric(18,2) encode az64,
    mii_class varchar(32) encode zstd,
    is_rate_contract boolean not null encode raw,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, contract_id, contract_item_id),
    foreign key (buyer_org_key) references mart.dim_buyer_org (buyer_org_key),
    foreign key (seller_key) references mart.dim_seller (seller_key),
    foreign key (category_key) references mart.dim_category (category_key),
    foreign key (seller_state_key) references mart.dim_state (state_key)
)
diststyle key
distkey (contract_id)
sortkey (contract_date_key);

comment on table mart.fact_order_line is 'Lines of contracts: one contract item (line and consignee)';

create table mart.fact_contract_lifecycle (
    source_id varchar(32) not null encode zstd,
    contract_id bigint not null encode az64,
    contract_number varchar(64) encode zstd,
    buy_mode varchar(32) encode zstd,
    status varchar(32) encode zstd,
    cancelled_by varchar(32) encode zstd,
    bid_id bigint encode raw,
    org_id bigint encode az64,
    seller_id bigint encode az64,
    buyer_org_key bigint not null encode az64,
    seller_key bigint not null encode az64,
    bid_published_date_key integer not null encode az64,
    bid_awarded_date_key integer not null encode az64,
    contract_date_key integer not null encode az64,
    accepted_date_key integer not null encode az64,
    rejected_date_key integer not null encode az64,
    cancelled_date_key integer not null encode az64,
    contract_at timestamp encode az64,
    accepted_at timestamp encode az64,
    rejected_at timestamp encode az64,
    cancelled_at timestamp encode az64,
    award_to_contract_days integer encode az64,
    contract_to_acceptance_days integer encode az64,
    total_value numeric(18,2) encode az64,
    line_count integer not null encode az64,
    is_void boolean not null encode raw,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, contract_id),
    foreign key (buyer_org_key) references mart.dim_buyer_org (buyer_org_key),
    foreign key (seller_key) references mart.dim_seller (seller_key)
)
diststyle key
distkey (contract_id)
sortkey (bid_id, contract_date_key);

comment on table mart.fact_contract_lifecycle is 'Contracts from bid to end: one contract';
