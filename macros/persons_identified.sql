{#
    R5: which reported identities are valid, and the pseudonym of each. A chain of CTEs for whatever query opens a file with
    identities, so that none is stored; it reads a CTE `reported` with a column `reported_person_id` and ends with
    `identified`. What R5 says of the day of operation is for its reader to decide.
#}
{% macro persons_identified() -%}
cleaned as (

    select
        reported_person_id,
        regexp_replace(reported_person_id, '[\s\x{00a0}+-]', '', 'g') as person_id
    from reported

),

parts as (

    select
        *,
        try_cast(substr(person_id, 1, 4) as int) as birth_year,
        try_cast(substr(person_id, 5, 2) as int) as month_part,
        try_cast(substr(person_id, 7, 2) as int) as day_part
    from cleaned
    where regexp_full_match(person_id, '(18|19|20)[0-9]{10}') and substr(person_id, 9, 3) != '000'

),

check_digit as (

    select *
    from parts
    -- Luhn: the digits of every other product by two, so that all ten sum to a multiple of ten
    where
        (
            {% for position in range(3, 13) -%}
                {% set digit = "cast(substr(person_id, " ~ position ~ ", 1) as int)" -%}
                {% if position % 2 -%}
                    2 * {{ digit }} - if({{ digit }} > 4, 9, 0)
                {%- else -%}
                    {{ digit }}
                {%- endif %}
                {{- " +" if not loop.last }}
            {% endfor -%}
        ) % 10 = 0

),

birth as (

    select
        *,
        day_part >= 60 as is_coordination_number,
        if(day_part >= 60, day_part - 60, day_part) as birth_day
    from check_digit

),

dated as (

    select
        *,
        try_cast(concat_ws(
            '-',
            cast(birth_year as string),
            lpad(cast(month_part as string), 2, '0'),
            lpad(cast(birth_day as string), 2, '0')
        ) as date) as birth_date,
        try_cast(concat_ws('-', cast(birth_year as string), lpad(cast(month_part as string), 2, '0'), '01') as date)
            as birth_month
    from birth

),

valid as (

    select
        reported_person_id,
        person_id,
        is_coordination_number,
        -- unknown month or day (samordningsnummer): the whole birth year is good enough
        coalesce(birth_date, make_date(birth_year, 1, 1)) as person_valid_from
    from dated
    where
        birth_date is not null
        or (is_coordination_number and month_part = 0 and birth_day <= 31)
        or (is_coordination_number and birth_day = 0 and birth_month is not null)

),

identified as (

    select
        reported_person_id,
        {{ person_hmac('person_id') }} as person_key,
        person_valid_from,
        is_coordination_number
    from valid

)
{%- endmacro %}
