-- Invented contacts around the calibrated cells. Input: the tables cells, hospitals, procedure_codes and producers, and the
-- variable seed.
-- Everything random is hash(number, purpose, seed): the same seed number gives the same rows.

create macro dice(number, purpose, sides) as cast(hash(number, purpose, getvariable('seed')) % sides as int);

-- Deliveries: one a month, received on the 10th to 13th, each with the three months before it. Two more are special:
-- one between the 2026 cut-off and now, none otherwise.
create table deliveries as
select
    row_number() over (order by month) * 10 as leverans_nr,
    cast(month as date) as delivery_month,
    cast(month + interval (9 + month(month) % 4) day as date) as inrapporterad,
from generate_series(date '2022-02-01', date '2026-11-01', interval 1 month) as months (month)
union all
select 585, date '2026-12-01', date '2026-11-18';

-- One row per operation that some vintage counts.
create table operations as
with numbered as (
    select
        *,
        make_date(year, month, 1) as month_start,
        coalesce(sum(operations) over (
            order by region_code, category_id, year, month, known
            rows between unbounded preceding and 1 preceding
        ), 0) as cell_start,
    from cells
),
expanded as (
    select
        *,
        cast(cell_start + position as bigint) as number,
    from numbered, lateral (select unnest(range(operations)) as position)
),
dated as (
    select
        *,
        cast(month_start + interval (dice(number, 'day', day(last_day(month_start)))) day as date) as operation_date,
        case
            when known = 'late' then if(month >= 9, date '2025-12-01', date '2026-01-01')
            when known = 'after_followup' then date '2026-03-01'
            when known = 'after_2026_cutoff' then date '2026-12-01'
            else least(
                cast(month_start + interval (
                    case when dice(number, 'lag', 100) < 86 then 1 when dice(number, 'lag', 100) < 96 then 2 else 3 end
                ) month as date),
                if(year = 2025 and month <= 10, date '2025-11-01', date '2026-11-01')
            )
        end as first_delivery_month,
    from expanded
),
produced as (
    select
        dated.*,
        -- bilaga 4 fixes how many of June to October 2025 were done elsewhere; the same share holds for other months
        if(
            producers.operations_other_region is null or year != 2025 or month not between 6 and 10
            or known not in ('on_time', 'late'),
            dice(number, 'producer', 10000) < 10000 * producers.other_share,
            row_number() over (
                partition by dated.region_code, dated.category_id, year = 2025 and month between 6 and 10 and known in ('on_time', 'late')
                order by dice(number, 'producer', 1000000), number
            ) <= producers.operations_other_region
        ) as is_done_elsewhere,
    from dated
    inner join producers using (region_code, category_id)
)
select
    number,
    -- some second eyes: the same person as an operation of the month before
    if(
        category_id = 'cataract' and known = 'on_time' and month % 2 = 0 and position % 5 = 0
        and lag(known, 1) over cell = 'on_time' and position < lag(operations, 1) over cell
        and lag(month, 1) over cell = month - 1,
        lag(cell_start, 1) over cell + position,
        number
    ) as person_number,
    region_code,
    category_id,
    month_start,
    known,
    operation_date,
    first_delivery_month,
    if(
        is_done_elsewhere,
        list_filter(['01', '05', '12', '13', '14', '03'], lambda other: other != region_code)[1 + dice(number, 'elsewhere', 5)],
        region_code
    ) as producing_region_code,
from produced
window cell as (partition by region_code, category_id, position order by year, month, known);

-- Hospitals to choose from: by name the ones that operate.
create table operating_hospitals as
select
    region_code,
    list(hospital_code order by hospital_code) filter (
        where ownership = 'public' and ownership_basis = 'name: county or university hospital'
    ) as public_codes,
    list(hospital_code order by hospital_code) filter (where ownership = 'private') as private_codes,
from hospitals
group by region_code;

-- How each category is coded and where it is done. Shares are per hundred.
create table habits as
select
    *,
    (select list(code order by code) from procedure_codes where list_id = list_name) as codes,
from (values
    ('cataract', 'cataract_procedures', 97, 72, ['H259', 'H25.1', 'H26.9', 'H25.9'], '511', 'CJE20'),
    ('prolapse', 'prolapse_procedures', 45, 21, ['N81.1', 'N811', 'N81.6', 'N81.2', 'N99.3'], '451', 'LEF00'),
    ('hip_prosthesis', 'hip_prosthesis_procedures', 8, 36, ['M16.1', 'M161', 'M16.0', 'M87.0'], '311', 'NFB49'),
    ('knee_prosthesis', 'knee_prosthesis_procedures', 10, 36, ['M17.1', 'M170'], '311', 'NGB49'),
    ('inguinal_hernia', 'inguinal_hernia_procedures', 75, 45, ['K40.9', 'K409'], '301', 'JAB30')
) as habits (category_id, list_name, outpatient_share, private_share, diagnoses, mvo, usual_code);

-- The contact behind each operation. `story` says how its deliveries go (see below).
create table contacts as
with described as (
    select
        operations.*,
        habits.*  exclude (category_id),
        operating_hospitals.*  exclude (region_code),
        dice(number, 'care', 100) >= outpatient_share as is_inpatient,
        year(month_start) as year,
    from operations
    inner join habits using (category_id)
    inner join operating_hospitals on operations.producing_region_code = operating_hospitals.region_code
),
coded as (
    select
        *,
        -- a part of the prolapse operations counts only through its main diagnosis
        category_id = 'prolapse' and dice(number, 'table 4b', 100) < 18 as is_related_procedure,
        if(dice(number, 'usual', 100) < 70, usual_code, codes[1 + dice(number, 'code', len(codes))]) as own_code,
        diagnoses[1 + dice(number, 'diagnosis', len(diagnoses))] as diagnosis,
    from described
),
spelled as (
    select
        *,
        if(is_related_procedure, ['LCD10', 'LCD00', 'LCC10', 'LCD01'][1 + dice(number, '4b', 4)], own_code) as code,
        if(is_related_procedure, 'N81' || ['.1', '2', '.3', '.6', '8'][1 + dice(number, 'n81', 5)], diagnosis) as main_diagnosis,
        case
            when is_inpatient and dice(number, 'place', 2000) = 0 then 30
            when dice(number, 'place', 10) < 7 then 1
            else 1 + dice(number, 'place', 4)
        end as code_position,
    from coded
)
select
    number,
    person_number,
    category_id,
    known,
    is_inpatient,
    region_code || lpad(cast(80 + dice(number, 'municipality', 10) as varchar), 2, '0')
        || if(dice(number, 'parish', 3) = 0, '', '01') as lkf,
    case
        -- bilaga 4 has no unknown hospital, so they lie outside its months
        when dice(number, 'unknown hospital', 250) = 0 and not (year = 2025 and month(month_start) between 6 and 10) then '99999'
        when dice(number, 'private', 100) < private_share and private_codes is not null
            then private_codes[1 + dice(number, 'private hospital', len(private_codes))]
        else public_codes[1 + dice(number, 'public hospital', len(public_codes))]
    end as sjukhus,
    mvo,
    -- without a date of its own the operation counts on the day the contact starts
    is_inpatient and dice(number, 'no date', 50) = 0 as has_no_procedure_date,
    if(is_inpatient and not has_no_procedure_date, operation_date - dice(number, 'admission', 2), operation_date) as indatum,
    operation_date,
    operation_date + 1 + dice(number, 'stay', 4) as utdatum,
    main_diagnosis as hdia,
    -- spelling: dots, lower case, a second eye or a second code of the same list on the same day, junk
    list_concat(
        list_transform(range(code_position - 1), lambda i: ['TQX10', 'ZV020', 'QXG00', 'AU120', 'GD000', 'UQ001', 'DV063', 'XS913'][1 + i % 8]),
        [case dice(number, 'spelling', 100) when 0 then lower(code) when 1 then left(code, 3) || '.' || substr(code, 4) else code end],
        if(dice(number, 'second', 20) = 0, [code], []),
        case dice(number, 'junk', 25) when 0 then ['-1'] when 1 then ['0000'] else [] end
    ) as codes,
    code_position,
    month_start,
    first_delivery_month,
    case
        when known = 'taken_back' then 'taken back'
        when known = 'on_time' and dice(number, 'story', 100) = 0 and first_delivery_month = month_start + interval 1 month
            and month(month_start) <= 7 then 'restored'
        when dice(number, 'story', 100) < 50 and first_delivery_month > month_start + interval 1 month then 'completed'
        else 'plain'
    end as story,
from spelled;

-- Contacts that must not count, each beside an operation that does.
create table noise as
-- the same operation reported by two contacts
select
    * replace (
        number + 10000000 as number,
        cast(first_delivery_month + interval (dice(number, 'twice later', 2)) month as date) as first_delivery_month,
        'plain' as story
    ),
    'twice' as kind,
from contacts
where known != 'taken_back' and dice(number, 'twice', 25) = 0
union all
select
    * replace (
        number + 20000000 as number,
        number + 2000000 as person_number,
        ['S72.0', 'S7200', 'S72.1', 'S72.2', 'S723', 'S73.0', 'S32.4'][1 + dice(number, 'fracture diagnosis', 7)] as hdia,
        'plain' as story
    ),
    'fracture' as kind,
from contacts
where category_id = 'hip_prosthesis' and dice(number, 'fracture', 100) < 45
union all
select
    * replace (
        number + 30000000 as number,
        number + 3000000 as person_number,
        ['D25.9', 'N92.0', 'C54.1', 'D27.9', 'N80.0'][1 + dice(number, 'other diagnosis', 5)] as hdia,
        [['LCD00', 'LCD01', 'LCD04', 'LCB10', 'LCB25', 'LCC11'][1 + dice(number, 'hysterectomy', 6)]] as codes,
        1 as code_position,
        'plain' as story
    ),
    'not prolapse' as kind,
from contacts
where category_id = 'prolapse'
union all
select
    * replace (number + 40000000 as number, number + 4000000 as person_number, 'plain' as story),
    ['bad identity', 'not resident', 'date after receipt', 'withdrawn', 'code removed'][1 + dice(number, 'noise kind', 5)] as kind,
from contacts
-- what is withdrawn or corrected is so before any published cut-off
where dice(number, 'noise', 30) = 0 and known = 'on_time' and month(month_start) <= 7;

create table all_contacts as
select
    *,
    'operation' as kind,
from contacts
union all by name
select * replace (
    case kind
        when 'not resident' then ['', '99', '00', '11', '8501', '0'][1 + dice(number, 'abroad', 6)]
        else lkf
    end as lkf,
    if(kind in ('withdrawn', 'code removed'), kind, story) as story,
    if(kind = 'date after receipt', true, is_inpatient) as is_inpatient,
    if(kind = 'date after receipt', operation_date + 400, operation_date) as operation_date,
    if(kind = 'date after receipt', false, has_no_procedure_date) as has_no_procedure_date
) from noise
union all by name
-- everyday care: no listed code at all
select
    number + 50000000 + 1000000 * copy as number,
    6000000 + number // 3 as person_number,
    '' as category_id,
    known,
    dice(number, 'bed', 10 + copy) < 2 as is_inpatient,
    lkf,
    sjukhus,
    ['101', '111', '201', '321', '901'][1 + dice(number, 'clinic', 5)] as mvo,
    indatum,
    operation_date,
    utdatum,
    ['I10.9', 'J44.1', 'S52.5', 'E11.9', 'M54.5', 'R07.4', 'Z03.9'][1 + dice(number + copy, 'everyday', 7)] as hdia,
    [['DV072', 'AF021', 'UJF32', 'NFC40', 'NFJ59', 'XV012', '-1', 'GA013'][1 + dice(number + copy, 'care code', 8)]] as codes,
    1 as code_position,
    false as has_no_procedure_date,
    month_start,
    first_delivery_month,
    'once' as story,
    'everyday' as kind,
from contacts, (values (1), (2)) as copies (copy);

-- Identities. Everyone is born between 1800 and 1835: personnummer began in 1947, so no such number was ever given to
-- anybody, and none can be a living person's. Days above 60 make samordningsnummer. The step walks all
-- 13,148 days x 990 serials once before it repeats.
create macro walked(person) as person * 7919 % (13148 * 990);
create macro born(person) as date '1800-01-01' + cast(walked(person) % 13148 as int);
create macro eleven_digits(person) as
    case
        when person % 150 = 0 then strftime(born(person), '%Y%m') || cast(60 + day(born(person)) as varchar)
        when person % 9000 = 1 then strftime(born(person), '%Y') || '0060'
        else strftime(born(person), '%Y%m%d')
    end || lpad(cast(1 + walked(person) // 13148 as varchar), 3, '0');
create macro with_check_digit(eleven) as
    eleven || cast((10 - list_sum(list_transform(range(9), lambda i:
        if(i % 2 = 0,
            (2 * cast(eleven[3 + i] as int)) % 10 + (2 * cast(eleven[3 + i] as int)) // 10,
            cast(eleven[3 + i] as int))
    )) % 10) % 10 as varchar);
create table people as
select person_number, with_check_digit(eleven) as person_id
from (
    select person_number, eleven_digits(person_number) as eleven
    from (select distinct person_number from all_contacts)
);

create table stated_contacts as
select
    all_contacts.*,
    'VK' || lpad(cast(hash(number, getvariable('seed')) % 1000000000 as varchar), 9, '0') || lpad(cast(number as varchar), 8, '0') as vardkontakt_id,
    case
        when kind != 'bad identity' then
            case dice(number, 'written', 12)
                when 0 then person_id[:8] || '-' || person_id[9:]
                when 1 then person_id[:8] || '+' || person_id[9:]
                when 2 then person_id || '  '
                else person_id
            end
        else [
            -- wrong check digit; month 13; day 32 (a reservnummer with a right check digit may look so); letters; other
            -- reserve series; ten digits; serial 000; born long after the operation; nothing; rubbish
            person_id[:11] || cast((cast(person_id[12] as int) + 1) % 10 as varchar),
            person_id[:4] || '13' || person_id[7:],
            person_id[:6] || '45' || person_id[9:],
            person_id[:8] || 'K' || person_id[10:],
            '99' || person_id[3:],
            person_id[3:],
            '182001010006',
            '209912319990',
            '',
            'OKÄND'
        ][1 + dice(number, 'rubbish', 10)]
    end as personnummer,
from all_contacts
inner join people using (person_number);

-- Deliveries of a contact.
create table delivered as
with first_rows as (
    select
        vardkontakt_id,
        story,
        month_start,
        first_delivery_month,
    from stated_contacts
),
planned as (
    -- as it is in the end; from 2025 on the months after repeat it, before that the register keeps one row
    select
        vardkontakt_id,
        unnest(generate_series(
            first_delivery_month,
            if(
                story in ('once', 'withdrawn', 'code removed', 'taken back') or year(month_start) < 2025,
                first_delivery_month,
                greatest(first_delivery_month, cast(month_start + interval 3 month as date))
            ),
            interval 1 month
        )) as delivery_month,
        'full' as version,
    from first_rows
    where story != 'restored'
    union all
    -- withdrawn in the second delivery, restored in the third
    select vardkontakt_id, cast(first_delivery_month + interval (step) month as date), if(step = 1, 'withdrawn', 'full')
    from first_rows, (values (0), (1), (2)) as steps (step)
    where story = 'restored'
    union all
    -- first delivered without what makes it count
    select vardkontakt_id, cast(month_start + interval 1 month as date), 'incomplete'
    from first_rows
    where story = 'completed'
    union all
    select vardkontakt_id, cast(first_delivery_month + interval 1 month as date), if(story = 'code removed', 'incomplete', 'withdrawn')
    from first_rows
    where story in ('withdrawn', 'code removed', 'taken back')
)
select
    planned.vardkontakt_id,
    planned.version,
    deliveries.leverans_nr,
    deliveries.inrapporterad,
from planned
inner join deliveries using (delivery_month);

create table rows as
select
    stated.vardkontakt_id,
    delivered.leverans_nr,
    delivered.inrapporterad,
    delivered.version = 'withdrawn' as makulerad,
    if(delivered.version = 'incomplete' and dice(number, 'lack', 3) = 0, '', stated.personnummer) as personnummer,
    if(delivered.version = 'incomplete' and dice(number, 'lack', 3) = 1 and kind = 'operation', '', stated.lkf) as lkf,
    stated.sjukhus,
    stated.mvo,
    stated.indatum,
    stated.utdatum,
    stated.hdia,
    array_to_string(
        if(delivered.version = 'incomplete' and (dice(number, 'lack', 3) = 2 or kind != 'operation'), ['ZV020'], stated.codes), ' '
    ) as op,
    list_transform(range(1, 31), lambda i: case
        when stated.has_no_procedure_date then null
        when i = stated.code_position or (i > stated.code_position and i <= len(stated.codes)) then stated.operation_date
        when i < stated.code_position then stated.indatum
    end) as opd,
    stated.is_inpatient,
from delivered
inner join stated_contacts as stated using (vardkontakt_id);
