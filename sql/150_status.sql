-- Status: what those who run the server want to know of the counting, in one row.
--
-- Always holds: it changes nothing and reads no row of a counted table; each column says one thing that can go wrong.
-- Order: after the bell, the folds and the check-ups that it tells of.

select install.make_view('stats.status', $view$
select (select min(a.backend_start)
          from pg_locks l join pg_stat_activity a on a.pid = l.pid
          join pg_database d on d.oid = l.database and d.datname = current_database()
         where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = 359029 and l.objsubid = 1
           and l.mode = 'ExclusiveLock' -- writers that look whether somebody leads hold it shared, for a moment
       ) as relay_since,
       (select last_value > 0 from stats.bell) as relay_sleeps,
       (select count(*) from stats.unannounced) as unannounced,
       f.folded_at,
       (select count(*) from stats.deltas_since(f.snapshot)) as pending,
       pg_total_relation_size('stats.delta') as inbox_bytes,
       (select max(extract(epoch from clock_timestamp() - a.xact_start))::bigint
          from pg_stat_activity a where a.datname = current_database() and a.pid <> pg_backend_pid()
       ) as oldest_transaction_seconds,
       (select count(*) from stats.triggers_off()) as triggers_off,
       c.made_at as checked_at, cardinality(c.found) as found_off
  from stats.last_fold() f
       left join lateral (select * from stats.check_up order by id desc limit 1) c on true
$view$);
comment on view stats.status is 'One row: the relay''s lead, the bell, the inbox and the last check-up.';
