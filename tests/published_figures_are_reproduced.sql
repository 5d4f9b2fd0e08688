{#
    On the sample, and on the whole register, every published figure comes out as printed unless published_differences
    says why not, and what is listed there does differ. Another extract differs by nature: there the mart shows it.
#}
{{ config(enabled=(env_var('PAR_PATH', '') == '')) }}

select
    measure,
    figure_id,
    region_code,
    category_id,
    operation_month,
    published_value,
    our_value
from {{ ref('published_reconciliation') }}
where
    explanation = 'unexplained'
    or (note is not null and difference = 0)
