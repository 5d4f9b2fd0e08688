-- The invented second list: June to October, and of the last year August to October. Input: the tables and macros of contacts.sql, and
-- reported_percent (how much of the list each region's providers reported to the register).

create table listed as
-- what the register has too: nearly all that counts, and half of what its providers took back
select
    number,
    person_number,
    region_code,
    sjukhus,
    operation_date,
    0 as copy,
from all_contacts
inner join (select distinct region_code from reported_percent) on left(lkf, 2) = region_code
where
    category_id = 'cataract'
    and (
        (kind = 'operation' and dice(number, 'listed', 100) < 97)
        or (kind in ('withdrawn', 'code removed') and dice(number, 'listed', 2) = 0)
    )
union all
-- what its providers did not report: other people on other days of the same month, at the same hospitals
select
    number,
    8000000 + row_number() over (order by number, copy) as person_number,
    region_code,
    sjukhus,
    cast(month_start + interval (dice(number, 'day ' || copy, day(last_day(month_start)))) day as date) as operation_date,
    copy,
from (
    select
        contacts.*,
        reported_percent.region_code,
        unnest(range(1, 1 + cast(
            (100 - percent) // percent + cast(dice(number, 'missing', percent) < (100 - percent) % percent as int) as int
        ))) as copy,
    from contacts
    inner join reported_percent
        on left(contacts.lkf, 2) = reported_percent.region_code and year(contacts.month_start) = reported_percent.year
    where category_id = 'cataract'
);

create table second_list as
with held as (
    select
        *,
        with_check_digit(eleven_digits(person_number)) as person_id,
    from listed
    where month(operation_date) between if(year(operation_date) = 2026, 8, 6) and 10
),
stated as (
    from held
    union all
    -- the other eye on the same day
    from held where dice(number, 'other eye', 80) = 0 and copy = 0
)
select
    'cataract_sample' as list_id,
    case dice(number, 'list identity', 400)
        when 0 then person_id[:11] || cast((cast(person_id[12] as int) + 1) % 10 as varchar)
        when 1 then person_id[3:]
        when 2 then person_id[:8] || '-' || person_id[9:]
        else person_id
    end as personnummer,
    'cataract' as category_id,
    'CJE20' as procedure_code,
    -- some days are off by one to three
    case
        when copy = 0 and dice(number, 'list day', 100) = 0
            then operation_date + [-3, -2, -1, 1, 2, 3][1 + dice(number, 'days off', 6)]
        else operation_date
    end as operation_date,
    sjukhus as hospital_code,
    if(dice(number, 'list home', 50) = 0, null, region_code) as lkf,
from stated;
