-- R5 for everybody
with parts as (
    select
        person_id,
        cast(person_id[1:4] as int) as birth_year,
        cast(person_id[5:6] as int) as birth_month,
        cast(person_id[7:8] as int) as day_part,
        if(day_part >= 60, day_part - 60, day_part) as birth_day,
        list_sum(list_transform(range(3, 13), lambda place:
            if(place % 2 = 1, 2, 1) * cast(person_id[place] as int) - if(place % 2 = 1 and person_id[place] > '4', 9, 0)
        )) as luhn
    from (select distinct person_id from {{ ref('contacts') }})
    where regexp_full_match(person_id, '(18|19|20)[0-9]{10}') and person_id[9:11] != '000'
),
dated as (
    select
        *,
        try_cast(format('{:04d}-{:02d}-{:02d}', birth_year, birth_month, birth_day) as date) as birth_date,
        try_cast(format('{:04d}-{:02d}-01', birth_year, birth_month) as date) as month_start
    from parts
    where luhn % 10 = 0
)
select
    person_id,
    coalesce(birth_date, make_date(birth_year, 1, 1)) as person_valid_from
from dated
where
    birth_date is not null
    or day_part >= 60 and (birth_month = 0 and birth_day <= 31 or birth_day = 0 and month_start is not null)
