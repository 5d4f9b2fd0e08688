select choice_id, value, unit, choice_sv from seeds.follow_up_choices order by choice_id
