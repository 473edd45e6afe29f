/** What other programs read, Grafana and Metabase for example: columns are only ever added. */

/** Each book's time zone, in which days are counted. */
const ZONES = `zones as materialized (
  select name, coalesce(state::jsonb ->> 'timezone', 'UTC') as timezone from token_budget.books
)`;

/** The day on which an entry counts: kept inside its month, and for an expired hold the day on which it expired. */
const DAY = `least(greatest(
    (coalesce((e.doc ->> 'expired_at')::timestamptz - interval '1 millisecond', e.at) at time zone z.timezone)::date,
    (e.month || '-01')::date
  ), ((e.month || '-01')::date + interval '1 month - 1 day')::date)`;

/** A correction that a maintainer made belongs to no run. */
const ofRun = (column: string) => `case when e.doc ? 'adjustment' then null else ${column} end`;

/** Every entry that adds to what is spent, or takes off it. */
const CHARGES = `create view token_budget.charges as
with ${ZONES}
select e.books, e.seq, e.id, e.at, ${DAY} as day, e.month, e.kind,
  e.cost::numeric / 1000000000 as usd,
  e.doc ->> 'quality' as quality,
  case when e.kind = 'charge' and not e.doc ? 'further' then 1 else 0 end as executions,
  coalesce((e.doc ->> 'prs')::bigint, 0) as prs,
  e.profile, e.result, e.tags, e.hold,
  ${ofRun("e.workflow")} as workflow,
  ${ofRun("e.repository")} as repository,
  ${ofRun("e.actor")} as actor,
  ${ofRun("e.doc #>> '{run,job}'")} as job,
  (${ofRun("e.doc #>> '{run,run_id}'")})::bigint as run_id,
  (${ofRun("e.doc #>> '{run,attempt}'")})::bigint as attempt,
  ${ofRun("e.doc #>> '{run,url}'")} as run_url
from token_budget.entries e join zones z on z.name = e.books
where e.kind in ('charge', 'correction')`;

/** A charge's models with what each cost; what has no model is 'unpriced', so that the lines add up to the charge. */
const USAGE_LINES = `create view token_budget.usage_lines as
with lines as (
  select c.books, c.seq, c.id, c.at, c.day, c.month, u.ordinality as line,
    nullif(u.value ->> 'model', '') as model,
    nullif(u.value ->> 'provider', '') as provider,
    coalesce((u.value ->> 'input')::bigint, 0) as input,
    coalesce((u.value ->> 'cache_read')::bigint, 0) as cache_read,
    coalesce((u.value ->> 'cache_write_5m')::bigint, 0) + coalesce((u.value ->> 'cache_write_1h')::bigint, 0) as cache_write,
    coalesce((u.value ->> 'output')::bigint, 0) as output,
    coalesce((u.value ->> 'requests')::bigint, 0) as requests,
    case when e.doc ? 'notional' then 0 else coalesce((u.value ->> 'cost')::numeric, 0) end as usd
  from token_budget.charges c
  join token_budget.entries e on e.books = c.books and e.seq = c.seq
  cross join lateral jsonb_array_elements(coalesce(e.doc -> 'usage', '[]'::jsonb)) with ordinality as u
)
select books, seq, id, at, day, month, line,
  coalesce(provider, case when model is null then 'unpriced' end) as provider, coalesce(model, 'unpriced') as model,
  input, cache_read, cache_write, output, requests, usd
from lines
union all
select c.books, c.seq, c.id, c.at, c.day, c.month, 0, 'unpriced', 'unpriced', 0, 0, 0, 0, 0,
  c.usd - coalesce(l.usd, 0)
from token_budget.charges c
left join (select books, seq, sum(usd) as usd from lines group by books, seq) l on l.books = c.books and l.seq = c.seq
where c.usd <> coalesce(l.usd, 0)`;

const DAYS = `create view token_budget.days as
select books, day, sum(usd) as usd, sum(executions)::bigint as executions, sum(prs)::bigint as prs
from token_budget.charges group by books, day`;

/** The period of a sub-budget now, by the form of the one that its figures are of. */
const PERIOD_NOW = `case
    when b.key_period ~ '^\\d{4}-\\d\\d$' then greatest(b.key_period, b.month)
    when b.key_period ~ '^\\d{4}-W\\d\\d$' then greatest(b.key_period, to_char(b.today, 'IYYY-"W"IW'))
    when b.key_period ~ '^\\d{4}-\\d\\d-\\d\\d$' then greatest(b.key_period, b.today::text)
    else b.key_period
  end`;

/**
 * The running month of all books that are here, and their sub-budgets, whose limits are in the policy. A period that
 * began since the last write has no figures yet.
 */
const BUDGETS_NOW = `create view token_budget.budgets_now as
with docs as materialized (
  select name, policy_repository, updated_at, state::jsonb as doc from token_budget.books where state is not null
), states as (
  select name, policy_repository, updated_at, doc, doc ->> 'current_month' as kept_month, local_now::date as today,
    greatest(doc ->> 'current_month', to_char(local_now, 'YYYY-MM')) as month
  from docs cross join lateral (select clock_timestamp() at time zone coalesce(doc ->> 'timezone', 'UTC') as local_now) as c
  where not doc ? 'moved'
), holds as (
  select s.name, h.value as hold, (h.value ->> 'amount')::numeric as usd
  from states s cross join lateral jsonb_array_elements(s.doc -> 'holds') as h
), months as (
  select s.*, kept_month = month as is_kept,
    (s.doc ->> 'monthly_budget')::numeric
      + case when kept_month = month then (s.doc ->> 'top_ups')::numeric else 0 end as limit_usd,
    case when kept_month = month then (s.doc ->> 'total_spent')::numeric else 0 end as spent_usd,
    coalesce((select sum(h.usd) from holds h where h.name = s.name), 0) as held_usd
  from states s
), lines as (
  select b.*, ${PERIOD_NOW} as period
  from (
    select m.name, m.policy_repository, m.updated_at, m.month, m.today, l.key, l.value, l.value ->> 'period' as key_period
    from months m cross join lateral jsonb_each(coalesce(m.doc -> 'budgets', '{}'::jsonb)) as l
  ) as b
)
select name as books, null::text as budget, month as period, policy_repository,
  limit_usd, spent_usd, held_usd, limit_usd - spent_usd - held_usd as remaining_usd,
  null::bigint as tokens, case when is_kept then (doc ->> 'executions')::bigint else 0 end as executions,
  jsonb_array_length(doc -> 'holds') as open_holds, updated_at
from months
union all
select b.name, b.key, b.period, b.policy_repository, null,
  case when b.period = b.key_period then (b.value ->> 'spent')::numeric else 0 end,
  coalesce((select sum(h.usd) from holds h where h.name = b.name and h.hold -> 'budgets' ? b.key), 0), null,
  case when b.period = b.key_period then (b.value ->> 'tokens')::bigint else 0 end,
  case when b.period = b.key_period then (b.value ->> 'executions')::bigint else 0 end,
  (select count(*)::integer from holds h where h.name = b.name and h.hold -> 'budgets' ? b.key), b.updated_at
from lines b`;

export const VIEWS: readonly string[] = [CHARGES, USAGE_LINES, DAYS, BUDGETS_NOW];
