-- The record of the build, where there is one.
select record from records.run
