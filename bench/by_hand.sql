-- The counts of the contract as one hand-written DuckDB script: what a good programmer writes who trusts the extract (typed
-- Parquet, clean ids, no row twice). {sv} and {ov} read the files; {pattern} is the superset test of the listed codes; the seeds
-- are views. Ends in the table operation_counts: the rows of the mart that are counted from PAR.

-- rows with a listed code, in one look at every column
create table listed_rows as
select {columns}, [{dates}] as procedure_dates from {sv} where regexp_matches(op, '{pattern}')
union all
select {columns}, null from {ov} where regexp_matches(op, '{pattern}');

-- R1: of the other deliveries of those contacts only the day matters, on which they supersede
create table deliveries as
with all_rows as (
    select vardkontakt_id, leverans_nr, inrapporterad from {sv}
    where vardkontakt_id in (select vardkontakt_id from listed_rows)
    union all
    select vardkontakt_id, leverans_nr, inrapporterad from {ov}
    where vardkontakt_id in (select vardkontakt_id from listed_rows)
)
select
    *,
    lead(inrapporterad) over (partition by vardkontakt_id order by inrapporterad, leverans_nr) as superseded_date
from all_rows;

-- R5: twelve digits, Luhn, a date that exists; unknown month or day of a samordningsnummer
create table persons as
with cleaned as (
    select
        personnummer,
        regexp_replace(personnummer, '[\s+-]', '', 'g') as person,
    from (select distinct personnummer from listed_rows)
),
parts as (
    select
        *,
        cast(person[1:4] as int) as birth_year,
        cast(person[5:6] as int) as birth_month,
        cast(person[7:8] as int) as day_part,
        if(day_part >= 60, day_part - 60, day_part) as birth_day,
        list_sum(list_transform(range(3, 13), lambda place:
            if(place % 2 = 1, 2, 1) * cast(person[place] as int) - if(place % 2 = 1 and person[place] > '4', 9, 0))) as luhn,
    from cleaned
    where regexp_full_match(person, '(18|19|20)[0-9]{{10}}') and person[9:11] != '000'
),
dated as (
    select
        *,
        try_cast(format('{{:04d}}-{{:02d}}-{{:02d}}', birth_year, birth_month, birth_day) as date) as birth_date,
        try_cast(format('{{:04d}}-{{:02d}}-01', birth_year, birth_month) as date) as month_start,
    from parts
    where luhn % 10 = 0
)
select
    personnummer,
    person,
    coalesce(birth_date, make_date(birth_year, 1, 1)) as valid_from,
from dated
where birth_date is not null
    or day_part >= 60 and (birth_month = 0 and birth_day <= 31 or birth_day = 0 and month_start is not null);

-- R2 to R6: operations that nothing in their own row speaks against
create table operations as
with codes as (
    select
        * exclude (op, code_texts),
        upper(replace(unnest(code_texts), '.', '')) as code,
        generate_subscripts(code_texts, 1) as place,
    from (select *, regexp_extract_all(op, '\S+') as code_texts from listed_rows)
),
listed as (
    select
        codes.*,
        coalesce(procedure_dates[place], indatum) as operation_date,
        upper(regexp_replace(hdia, '[\s.]', '', 'g')) as diagnosis,
        list_id,
        valid_from,
        valid_to,
    from codes
    inner join procedure_codes using (code)
),
defined as (
    select distinct
        listed.* exclude (hdia, procedure_dates, code, place, diagnosis, list_id, valid_from, valid_to),
        definition_id,
    from listed
    inner join operation_definitions on list_id = procedure_list_id
    where operation_date between valid_from and coalesce(valid_to, date '9999-12-31')
        and (diagnosis_rule is null or (diagnosis_rule = 'required') = exists (
            from diagnosis_codes
            where diagnosis_codes.list_id = operation_definitions.diagnosis_list_id
                and starts_with(listed.diagnosis, diagnosis_codes.code)
                and operation_date between diagnosis_codes.valid_from
                and coalesce(diagnosis_codes.valid_to, date '9999-12-31')
        ))
)
select
    defined.vardkontakt_id,
    defined.leverans_nr,
    defined.inrapporterad,
    deliveries.superseded_date,
    person,
    definition_id,
    operation_date,
    region_code,
    sjukhus,
from defined
inner join deliveries using (vardkontakt_id, leverans_nr, inrapporterad)
inner join persons using (personnummer)
inner join regions on regexp_full_match(lkf, '[0-9]{{2,6}}') and left(lkf, 2) = region_code
where not makulerad and operation_date <= inrapporterad and valid_from <= operation_date;

-- R7: an operation counts from the day when every contact of the same person, kind and date before it is superseded
create table intervals as
select
    *,
    greatest(inrapporterad, coalesce(max(coalesce(superseded_date, date '9999-12-31')) over (
        partition by person, definition_id, operation_date
        order by inrapporterad, leverans_nr, vardkontakt_id
        rows between unbounded preceding and 1 preceding
    ), inrapporterad)) as counted_from,
from operations;

-- R8, and an interim settlement's periods; R9
create table operation_counts as
with starts as (
    select round_id, min(period_start) as measured_start from round_periods where period_role = 'measured' group by all
),
periods as (
    select
        settlement_id,
        round_id,
        cutoff_date,
        period_role,
        period_start,
        if(measured_through is null, period_end, least(period_end, last_day(
            period_start + to_months(datediff('month', measured_start, measured_through))
        ))) as period_end,
    from settlements
    inner join round_periods using (round_id)
    inner join starts using (round_id)
    where counts_from = 'par'
),
cells as (
    select
        settlement_id,
        regions.region_code,
        category_id,
        cast(unnest(generate_series(period_start, period_end, interval 1 month)) as date) as operation_month,
        period_role,
    from periods
    inner join round_categories on periods.round_id = round_categories.round_id and round_categories.counts_from = 'par'
    cross join regions
),
counted as (
    select
        settlement_id,
        intervals.region_code,
        category_id,
        cast(date_trunc('month', operation_date) as date) as operation_month,
        count(*) as operations,
        count(*) filter (where hospitals.region_code = intervals.region_code) as operations_home_region,
        count(*) filter (where hospitals.region_code != intervals.region_code) as operations_other_region,
        count(*) filter (where hospitals.region_code is null) as operations_unknown_region,
        count(*) filter (where ownership = 'private') as operations_private,
        count(*) filter (where ownership = 'public') as operations_public,
        count(*) filter (where ownership is null) as operations_unknown_ownership,
    from periods
    inner join round_categories on periods.round_id = round_categories.round_id and round_categories.counts_from = 'par'
    inner join intervals
        on round_categories.definition_id = intervals.definition_id
        and operation_date between period_start and period_end
        and counted_from <= cutoff_date
        and coalesce(superseded_date > cutoff_date, true)
    left join hospitals on sjukhus = hospital_code
    group by all
)
select
    settlement_id,
    region_code,
    category_id,
    operation_month,
    period_role,
    coalesce(columns('operations.*'), 0),
from cells
left join counted using (settlement_id, region_code, category_id, operation_month);
