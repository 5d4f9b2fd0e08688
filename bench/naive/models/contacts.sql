-- every delivery of every contact, cleaned
{% for care_type in ['sv', 'ov'] %}
select
    trim(vardkontakt_id) as contact_key,
    leverans_nr as delivery_number,
    inrapporterad as received_date,
    makulerad as is_withdrawn,
    regexp_replace(personnummer, '[\s+-]', '', 'g') as person_id,
    trim(lkf) as residence_code,
    trim(sjukhus) as hospital_code,
    indatum as contact_start_date,
    upper(regexp_replace(hdia, '[\s.]', '', 'g')) as main_diagnosis,
    op as procedure_codes_text,
    {% if care_type == 'sv' %}[{% for n in range(1, 31) %}opd{{ n }}{{ ", " if not loop.last }}{% endfor %}]{% else %}null{% endif %}
        as procedure_dates
from {{ source('par', care_type) }}
{{ "union all" if not loop.last }}
{% endfor %}
