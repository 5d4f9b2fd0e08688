select * from key_figures order by figure_id
