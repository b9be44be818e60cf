-- What is payable and was not paid by D though due before, by days since the CRAC.
with overdue as (
  select
    payable_amount - case when paid_day <= oracle.as_of() then coalesce(paid_amount, 0) else 0 end as unpaid,
    case
      when oracle.as_of() - crac_day <= 30 then '11-30'
      when oracle.as_of() - crac_day <= 60 then '31-60'
      when oracle.as_of() - crac_day <= 90 then '61-90'
      else '>90'
    end as age
  from oracle.payment
  where due_day < oracle.as_of()
)
select grouping(age) as overall, age as slice, sum(unpaid) as value
from overdue
group by grouping sets ((), (age));
