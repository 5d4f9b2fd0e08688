{# Home, other and unknown region make all operations, and so do private, public and unknown ownership; a contact at a
   hospital that the seed does not know must not vanish from either (R9). #}
select *
from {{ ref('operation_counts') }}
where
    counts_from = 'par'
    and (
        operations_home_region + operations_other_region + operations_unknown_region is distinct from operations
        or operations_private + operations_public + operations_unknown_ownership is distinct from operations
    )
