select * from comparison
where measure = $measure
order by comparison_order
