-- Invented contacts in the raw layout of the register, as fast as DuckDB writes them. Input: the views hospitals, regions,
-- procedure_codes, diagnosis_codes and operation_definitions, and the variables contacts (care contacts that start in a
-- month) and persons. Everything random is a hash of a number, so that the same arguments give the same rows.

create macro dice(number, purpose, sides) as cast(hash(number, purpose) % sides as int);
create macro share(number, purpose) as dice(number, purpose, 1000000) / 1000000.0;
create macro bits(number, purpose) as cast(hash(number, purpose) >> 1 as bigint);

-- Codes of everyday care: few are frequent, and none begins like a listed one.
create table everyday_codes as
with drawn as (
    select distinct
        chr(cast(65 + hash(number, 1) % 23 as int)) || chr(cast(65 + hash(number, 2) % 23 as int))
        || case when number % 3 = 0 then 'V' else chr(cast(65 + hash(number, 3) % 23 as int)) end
        || lpad(cast(hash(number, 4) % 100 as varchar), 2, '0') as code,
    from range(6000) as numbers (number)
)
select list(code order by hash(code))[:3000] as codes,
from drawn
where left(code, 3) not in (select left(code, 3) from procedure_codes);

-- Texts of `op` without a listed code: none to six codes, sometimes up to thirty, junk among them.
create table op_texts as
with drawn as (
    select
        number,
        case
            when share(number, 'codes') < 0.15 then 0
            when share(number, 'codes') < 0.99 then cast(1 + floor(5.99 * pow(share(number, 'how many'), 2.2)) as int)
            else 7 + dice(number, 'many', 23)
        end as code_count,
    from range(262144) as numbers (number)
),
coded as (
    select
        number,
        list_transform(range(code_count), lambda place:
            case
                when dice(number * 31 + place, 'junk or not', 50) = 0 then ['-1', '0000'][1 + dice(number + place, 'junk', 2)]
                when dice(number * 31 + place, 'lower', 50) = 0 then lower(everyday_codes.codes[1 + dice(number + place, 'code', 3000)])
                else everyday_codes.codes[cast(1 + floor(2999 * pow(share(number * 31 + place, 'code'), 3)) as int)]
            end
        ) as codes,
    from drawn
    cross join everyday_codes
)
select
    number as text_number,
    len(codes) as code_count,
    nullif(array_to_string(codes, ' '), '') as op,
from coded;

-- Codes that the rounds count, as somebody typed them, with a main diagnosis that often fits.
create table listed_texts as
with lists as (
    select
        procedure_list_id,
        diagnosis_list_id,
        (select list(code order by code) from procedure_codes where list_id = procedure_list_id) as codes,
        (select list(code order by code) from diagnosis_codes where list_id = diagnosis_list_id) as diagnoses,
        row_number() over (order by procedure_list_id = 'cataract_procedures' desc, procedure_list_id) as list_number,
    from operation_definitions
),
drawn as (
    select
        number,
        greatest(1, dice(number, 'list', 12) - 5) as list_number,
    from range(4096) as numbers (number)
),
chosen as (
    select
        drawn.number,
        lists.codes[1 + dice(number, 'code', len(lists.codes))] as code,
        if(
            lists.diagnoses is not null and dice(number, 'fits', 2) = 0,
            lists.diagnoses[1 + dice(number, 'diagnosis', len(lists.diagnoses))],
            ['H25.9', 'M161', 'K40.9', 'D25.9'][1 + dice(number, 'other', 4)]
        ) as hdia,
    from drawn
    inner join lists using (list_number)
)
select
    number as listed_number,
    case dice(number, 'typed', 50)
        when 0 then lower(code)
        when 1 then left(code, 3) || '.' || substr(code, 4)
        when 2 then code || ' ' || code
        else code
    end as listed_op,
    hdia as listed_hdia,
from chosen;

create table diagnosis_texts as
select
    number as diagnosis_number,
    chr(cast(65 + hash(number, 1) % 20 as int)) || lpad(cast(hash(number, 2) % 100 as varchar), 2, '0')
    || if(number % 3 = 0, '', '.') || cast(hash(number, 3) % 10 as varchar) as everyday_hdia,
from range(2048) as numbers (number);

-- Where patients live and are treated: nine of ten in their own region; some live nowhere, some hospitals are unknown.
create table places as
with hospital_numbers as (
    select
        hospital_code,
        region_code,
        row_number() over (order by hospital_code) - 1 as hospital_number,
    from hospitals
    where region_code in (select region_code from regions)
),
region_numbers as (
    select
        region_code,
        row_number() over (order by region_code) - 1 as region_number,
    from regions
),
drawn as (
    select
        number,
        cast(floor(pow(share(number, 'hospital'), 2) * (select count(*) from hospital_numbers)) as bigint) as hospital_number,
        dice(number, 'region', (select count(*) from region_numbers)) as region_number,
    from range(4096) as numbers (number)
)
select
    number as place_number,
    if(dice(number, 'unknown', 250) = 0, '99999', hospital_code) as sjukhus,
    if(
        dice(number, 'abroad', 100) = 0,
        ['', '99', '00', '8501'][1 + dice(number, 'which', 4)],
        if(dice(number, 'elsewhere', 10) = 0, region_numbers.region_code, hospital_numbers.region_code)
        || lpad(cast(80 + dice(number, 'municipality', 10) as varchar), 2, '0')
        || ['', '01', '02'][1 + dice(number, 'parish', 3)]
    ) as lkf,
from drawn
inner join hospital_numbers using (hospital_number)
inner join region_numbers using (region_number);

-- Identities as in vardkoer/sample/contacts.sql: born 1800 to 1835, which no such number was ever given to. The sums
-- of Luhn's digits of birth date and serial add up, so that a check digit costs no more than two look-ups.
create macro luhn_digit(digit, place) as if(place % 2 = 1, (2 * digit) % 10 + (2 * digit) // 10, digit);

create table births as
with days as (
    select
        number,
        date '1800-01-01' + cast(number as int) as birth_date,
        number % 150 = 0 as is_coordination_number,
    from range(13148) as numbers (number)
),
texts as (
    select
        number,
        strftime(birth_date, '%Y%m') || lpad(cast(day(birth_date) + if(is_coordination_number, 60, 0) as varchar), 2, '0') as birth,
    from days
)
select
    number as birth_number,
    birth,
    list_sum(list_transform(range(6), lambda place: luhn_digit(cast(birth[3 + place] as int), place + 1))) as birth_sum,
from texts;

create table serials as
select
    number as serial_number,
    lpad(cast(number + 1 as varchar), 3, '0') as serial,
    list_sum(list_transform(range(3), lambda place: luhn_digit(cast(serial[1 + place] as int), place + 1))) as serial_sum,
from range(990) as numbers (number);

-- One delivery: the contacts that started in the three months before it, as far as they have been reported by then.
create macro delivery(first_month, delivery_number, first_contact, contact_count) as table
with numbered as (
    select
        -- months of start are numbered from three before the first delivery
        (delivery_number + 3 - (1 + number % 3)) * getvariable('contacts') + first_contact + number // 3 as contact_number,
        1 + number % 3 as lag_months,
    from range(3 * contact_count) as numbers (number)
),
drawn as (
    select
        *,
        bits(contact_number, 'own') as own,
        -- one contact of fifty is reported twice under two ids
        bits(contact_number - if(dice(contact_number, 'twice', 50) = 0, 1, 0), 'content') as content,
    from numbered
),
stories as (
    select
        *,
        -- six of seven contacts are delivered at once; of the listed, one in a hundred loses its code or gets it later
        case when own % 100 < 86 then 1 when own % 100 < 96 then 2 else 3 end as first_lag,
        (own >> 10) % 1000 as story,
        content % 10000 < 97 as is_about_listed,
        cast(first_month + to_months(cast(delivery_number - lag_months - 1 as int)) as date) as start_month,
    from drawn
    where lag_months >= case when own % 100 < 86 then 1 when own % 100 < 96 then 2 else 3 end
),
placed as (
    select
        *,
        is_about_listed and not (story between 100 and 109 and lag_months = 3)
        and not (story between 110 and 119 and lag_months = 1 and first_lag = 1) as is_listed,
        story < 20 and lag_months > first_lag as is_corrected,
        start_month + cast((content >> 14) % day(last_day(start_month)) as int) as indatum,
        (content >> 20) % getvariable('persons') as person_number,
    from stories
)
select
    'VK' || cast(1000000000000000 + (own >> 30) % 1000000 * 1000000000 + contact_number as varchar) as vardkontakt_id,
    cast(delivery_number as int) as leverans_nr,
    cast(first_month + to_months(cast(delivery_number - 1 as int)) as date) + cast(9 + delivery_number % 4 as int)
        as inrapporterad,
    story between 990 and 994 and lag_months = 3 as makulerad,
    case (content >> 44) % 100
        when 0 then ['', 'OKÄND', birth || serial, '99' || birth[3:] || serial || '0'][cast(1 + own % 4 as int)]
        else birth || if((own >> 40) % 12 = 0, '-', '') || serial
            || cast((10 - (birth_sum + serial_sum) % 10) % 10 as varchar)
    end as personnummer,
    lkf,
    sjukhus,
    cast(101 + (content >> 50) % 60 * 10 as varchar) as mvo,
    indatum,
    if(is_about_listed, listed_hdia, everyday_hdia) as hdia,
    case
        when not is_listed then op
        when op is null then listed_op
        when (own >> 50) % 10 < 7 then listed_op || ' ' || op
        else op || ' ' || listed_op
    end as op,
    content,
    indatum + cast((content >> 54) % 5 as int) as utdatum,
    code_count + if(is_listed, 1, 0) as code_count,
from placed
inner join op_texts on op_texts.text_number = (content >> 26) % 262144
inner join listed_texts on listed_texts.listed_number = (content >> 32) % 4096
inner join diagnosis_texts
    on diagnosis_texts.diagnosis_number = (if(is_corrected, own, content) >> 36) % 2048
inner join places on places.place_number = (if(is_corrected, own, content) >> 40) % 4096
inner join births on births.birth_number = person_number * 7919 % 13148
inner join serials on serials.serial_number = person_number // 13148;
