-- Where the numbers are kept: an append-only inbox, counters, and how far the counters have read.
--
-- Always holds: for every reader, counters + the deltas not visible in folded.snapshot = the rows,
-- all taken in the reader's own snapshot.
-- Race it survives: writers only ever append to stats.delta, so no writer waits for another. A transaction left
-- open keeps every dead row: each write of a kept row raises its version, the last column of its index, and readers
-- walk the index from the newest down, so that they meet none of them.
-- Order: after who acts, whom each delta names; before everything that appends, folds or reads.

create schema if not exists stats;
comment on schema stats is 'The metrics: kept by triggers, read through stats.current.';

create table if not exists stats.delta (
    id bigint generated always as identity,
    xid xid8 not null default pg_current_xact_id(),
    subject text not null,
    state text not null default '',
    day date,
    n bigint not null default 0,
    billed numeric not null default 0,
    paid numeric not null default 0,
    is_reset boolean not null default false,
    op text not null,
    actor text not null default changes.actor(),
    source text not null default changes.source(),
    made_at timestamptz not null default clock_timestamp(),
    is_consequence boolean not null default pg_trigger_depth() > 1,
    statement_at timestamptz not null default statement_timestamp()
);
select install.make_index('stats.delta', 'delta_by_xid', 'xid');
alter table stats.delta set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
-- Giving pages back to the disk needs a lock that a folder, and so a writer's commit, would wait for.
alter table stats.delta set (vacuum_truncate = off);
comment on table stats.delta is 'Append-only inbox: what one statement added to or took from one state and day of a subject.';
comment on column stats.delta.id is 'Rises in the order of statements on one table, so that a TRUNCATE voids just what came before it.';
comment on column stats.delta.xid is 'The transaction that appended; folding compares it with snapshots.';
comment on column stats.delta.n is 'Rows gained (negative: lost); 0 with no money says only that rows changed.';
comment on column stats.delta.is_consequence is 'Another trigger wrote the rows, and not the session''s own statement.';
comment on column stats.delta.statement_at is
    'Begin of the session''s statement, which is also that of what a foreign key did in its wake.';
comment on column stats.delta.is_reset is 'The table was truncated: every earlier delta and counter of the subject is void.';

create table if not exists stats.counter (
    subject text not null,
    day date not null,
    state text not null,
    n bigint not null,
    billed numeric not null,
    paid numeric not null,
    version bigint not null default 0
);
comment on table stats.counter is 'Folded deltas per subject, day and state.';

create table if not exists stats.total (
    subject text not null,
    state text not null,
    n bigint not null,
    billed numeric not null,
    paid numeric not null,
    version bigint not null default 0
);
comment on table stats.total is 'Folded deltas per subject and state over all days.';

create or replace function stats.server() returns bigint
    language sql stable
    return (select system_identifier from pg_control_system());
comment on function stats.server() is 'The identity of this cluster; transaction ids of another one mean nothing here.';

create table if not exists stats.folded (
    snapshot pg_snapshot not null,
    pruned_below xid8 not null,
    folded_at timestamptz not null default clock_timestamp(),
    logged pg_snapshot not null default '1:1:',
    version bigint not null default 0,
    server bigint not null default stats.server()
);
insert into stats.folded (snapshot, pruned_below) select '1:1:' as snapshot, '0' as pruned_below
 where not exists (select from stats.folded);
comment on table stats.folded is 'One row: the snapshot up to which counters include the deltas.';
comment on column stats.folded.logged is
    'The snapshot up to which stats.activity includes the deltas; a rebuild, which needs no delta, leaves it.';
comment on column stats.folded.pruned_below is 'Deltas of transactions below this one may have been deleted.';

select install.make_index('stats.counter', 'counter_newest', 'subject, day, state, version', 'unique');
select install.make_index('stats.total', 'total_newest', 'subject, state, version', 'unique');
select install.make_index('stats.folded', 'folded_newest', 'version', 'unique');

do $install$
declare
    kept text;
begin
    foreach kept in array array['counter', 'total', 'folded'] loop
        execute format('alter table stats.%I set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
                        vacuum_truncate = off)', kept);
        execute format('comment on column stats.%I.version is %L', kept, 'Rises with each write, so that the newest is found first.');
    end loop;
end
$install$;
comment on column stats.folded.server is 'Which cluster the snapshot is of.';

create table if not exists stats.tracked (
    subject text primary key,
    state text not null,
    day text,
    billed text not null,
    paid text not null
);
comment on table stats.tracked is 'What one row of each tracked table contributes, as SQL expressions over its columns.';

create table if not exists stats.metric (
    key text primary key,
    subject text not null references stats.tracked,
    states text[],
    is_today boolean not null,
    measure text not null check (measure in ('n', 'billed', 'paid', 'balance')),
    position integer not null unique
);
comment on table stats.metric is 'The metrics: which subject and states (null: any) are summed, and what of them.';
comment on column stats.metric.is_today is 'Only the rows whose day is today in the clinic''s time zone.';

create table if not exists stats.watched (
    relation text primary key,
    subject text not null
);
comment on table stats.watched is 'Tables of which nothing is counted, and the subject under which their changes are told.';

create table if not exists stats.activity (
    minute timestamptz not null,
    actor text not null,
    source text not null,
    subject text not null,
    act text not null check (act in ('emptied', 'added', 'moved', 'changed', 'removed')),
    state text not null,
    causes text[] not null,
    n bigint not null,
    billed numeric not null,
    paid numeric not null,
    made_at timestamptz not null,
    primary key (minute, actor, source, subject, act, state, causes)
) with (vacuum_truncate = off);
comment on table stats.activity is 'Folded deltas per minute, actor, subject and act: who did what to how many rows, for people to read.';
comment on column stats.activity.state is 'The state that rows were moved to; empty for other acts.';
comment on column stats.activity.causes is 'Of a consequence: what the same transaction changed by its own statements.';
comment on column stats.activity.n is 'Rows; 0 where the deltas do not tell how many.';
comment on column stats.activity.made_at is 'The last moment of it.';
