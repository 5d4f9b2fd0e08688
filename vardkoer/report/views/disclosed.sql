select settlement_id, reason_sv, policy_sv
from seeds.disclosed_settlements
inner join seeds.disclosure_policies using (policy_id)
order by settlement_id
