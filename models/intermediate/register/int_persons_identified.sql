{{ config(materialized='ephemeral') }}

with

reported as (

    select distinct reported_person_id
    from {{ ref('int_contacts_searched') }}
    where reported_person_id is not null

),

{{ persons_identified() }}

select * from identified
