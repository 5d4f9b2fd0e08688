select * from comparison
where measure = $measure and explanation != 'exact'
order by comparison_order
