-- Activity: what changed, how much, who did it and when, for people to read.
--
-- Always holds: in any snapshot, stats.activity + the deltas not visible in folded.logged = everything that
-- was committed, each thing once; only retention forgets. Writers pay nothing for it: deltas are there anyway.
-- Race it survives: folds and rebuilds at any moment of a read, for the log and its mark move in one statement.
-- Order: after what is pending; before the fold, which writes the log.

create or replace function stats.acts_since(seen pg_snapshot, without xid8 default null) returns setof stats.activity
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    with told as materialized (
        select d.* from stats.deltas_since(seen) d join stats.tracked using (subject)
         where d.op <> 'recount' and d.xid is distinct from without
    ), follows as materialized (
        -- Foreign keys act at no deeper trigger level, but in the statement of their cause.
        select distinct t.xid, t.statement_at, r.relname::text as subject,
               case c.confdeltype when 'c' then 'delete' else 'update' end as op
          from told t
               join pg_constraint c on c.confrelid = format('public.%I', t.subject)::regclass
                                   and c.contype = 'f' and c.confdeltype in ('c', 'n')
               join pg_class r on r.oid = c.conrelid
         where t.op = 'delete'
    ), judged as materialized (
        select t.xid, t.subject, t.actor, t.source, t.op, t.state, t.n, t.billed, t.paid, t.made_at,
               t.is_consequence or f.xid is not null as is_consequence
          from told t left join follows f using (xid, statement_at, subject, op)
    ), own as (
        select xid, array_agg(distinct subject) as subjects from judged where not is_consequence group by xid
    ), net as (
        -- What one transaction left of it: a row that it moved twice was moved once.
        select t.xid, t.subject, t.actor, t.source, t.is_consequence, t.op, t.state,
               sum(t.n) as n, sum(t.billed) as billed, sum(t.paid) as paid, max(t.made_at) as made_at,
               sum(sum(t.n)) over deed as gained, bool_or(sum(t.n) > 0) over deed as has_moved
          from judged t
         group by 1, 2, 3, 4, 5, 6, 7
        window deed as (partition by t.xid, t.subject, t.actor, t.source, t.is_consequence, t.op)
    ), act as (
        select net.*,
               case when op = 'truncate' then 'emptied'
                    when op = 'insert' or op = 'replicate' and gained > 0 then 'added'
                    when op = 'delete' or op = 'replicate' and gained < 0 then 'removed'
                    when n > 0 then 'moved'
                    when not has_moved then 'changed' end as act,
               max(made_at) over (partition by xid, subject) as ended_at
          from net
    )
    select date_trunc('minute', a.ended_at), left(a.actor, 150), left(a.source, 150), a.subject, act,
           case act when 'moved' then a.state else '' end,
           case when a.is_consequence then coalesce(own.subjects, '{}') else '{}' end,
           sum(a.n * s.counted)::bigint, sum(a.billed * s.valued), sum(a.paid * s.valued), max(a.ended_at)
      from act a
           join (values ('emptied', 0, 0), ('added', 1, 1), ('moved', 1, 0), ('changed', 0, 0), ('removed', -1, -1))
                as s (act, counted, valued) using (act)
           left join own using (xid)
     group by 1, 2, 3, 4, 5, 6, 7;
end
$$;
comment on function stats.acts_since(pg_snapshot, xid8) is
    'What the deltas that the caller sees and the snapshot does not tell of people''s acts, as stats.activity keeps it.';

create or replace function stats.prune_activity() returns void
    language sql security definer set search_path = pg_catalog, pg_temp
as $$
    delete from stats.activity
     where made_at < clock_timestamp() - interval '30 days'
        or made_at < (select made_at from stats.activity order by made_at desc offset 999 limit 1)
$$;
comment on function stats.prune_activity() is 'Forget acts older than 30 days and all but the newest thousand.';

create or replace function stats.read_activity(
    subjects text[], lines integer default 20, before timestamptz default null
) returns table (made_at timestamptz, actor text, source text, subject text, acts jsonb)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    with known as (
        select * from stats.activity
        union all
        select * from stats.acts_since((select f.logged from stats.last_fold() f))
    ), act as (
        -- A consequence is told to those alone who may not see its cause.
        select k.minute, k.actor, k.source, k.subject, k.act, k.state,
               sum(k.n) as n, sum(k.billed) as billed, sum(k.paid) as paid, max(k.made_at) as made_at
          from known k
         where k.subject = any (subjects) and not k.causes && subjects
         group by 1, 2, 3, 4, 5, 6
    )
    select max(a.made_at), a.actor, a.source, a.subject,
           jsonb_agg(jsonb_build_object('act', a.act, 'state', a.state, 'n', a.n,
                                        'billed', a.billed::text, 'paid', a.paid::text)
                     order by a.act = 'emptied' desc, a.act = 'added' desc, a.act = 'moved' desc, a.act, a.n desc, a.state)
      from act a
     group by a.minute, a.actor, a.source, a.subject
    having before is null or max(a.made_at) < before
     order by 1 desc, 2, 4
     limit lines;
end
$$;
comment on function stats.read_activity(text[], integer, timestamptz) is
    'The newest lines about some subjects, exact in the caller''s snapshot; those before a moment, to turn the page.';
