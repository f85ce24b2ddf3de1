-- Tracking: one call per table says what a row contributes; triggers and recount are made from it.
--
-- Always holds: each statement on a tracked table appends, in its own transaction, what it moved:
-- one delta per state and day, one touch when rows changed and no number did, nothing for no row.
-- Race it survives: none is left; triggers append and never read or update shared rows. A replication
-- worker fires row triggers only, and statement triggers at a TRUNCATE and during its first copy: there rows count alone.
-- Order: after the bell and the fold, which its triggers call. Their names sort behind the ledgers' (ledger_… < track_…).

create or replace function stats.is_replication_worker() returns boolean
    language sql stable set search_path = pg_catalog, pg_temp
    return coalesce((select backend_type like 'logical replication%' from pg_stat_get_activity(pg_backend_pid())), false);
comment on function stats.is_replication_worker() is
    'This session applies changes of a publisher: its rows are counted by row triggers, and its ledgers come along.';

create or replace function stats.ring_if_asleep_snippet() returns text
    language sql immutable
    -- Looked at in the trigger itself, because a call costs a third of what appending costs.
    return 'if pg_sequence_last_value(''stats.bell'') <> 0 then perform stats.ring(); end if;';
comment on function stats.ring_if_asleep_snippet() is
    'The last words of a counting trigger, behind its append: look at the bell, and ring it if somebody sleeps.';

create or replace function stats.fold_if_due_snippet() returns text
    language sql immutable
    -- Some statement's ids go past each multiple; sessions that take ids in turns may miss one, and meet the next.
    return 'get diagnostics appended_rows = row_count;
            if currval(''stats.delta_id_seq'') % 4096 < appended_rows then perform stats.fold_at_commit(); end if;';
comment on function stats.fold_if_due_snippet() is
    'Said in a counting trigger behind its append: each 4096th delta folds, so that the inbox stays bounded when nobody else does.';

create or replace function stats.unless_replicated_snippet() returns text
    language sql immutable
    -- A replication worker's rows are counted one by one, and its ledgers come along.
    return 'if current_setting(''session_replication_role'') = ''replica'' and stats.is_replication_worker() then return null; end if;';
comment on function stats.unless_replicated_snippet() is
    'The first words of a statement''s trigger that leaves the rows of a replication worker alone.';

create or replace function stats.make_trigger(kind text, relation text, event text, told text, body text) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
    home constant text := case kind when 'track' then 'stats' else kind end;
    participle constant text := event || case when event like '%e' then 'd' else 'ed' end;
    name constant text := relation || '__' || participle;
    transition constant text := concat_ws(' ', case when body like '%old_rows%' then 'old table as old_rows' end,
                                               case when body like '%new_rows%' then 'new table as new_rows' end);
begin
    execute format(
        $sql$
        create or replace function %I.%I() returns trigger
            language plpgsql security definer set search_path = pg_catalog, pg_temp
        as $body$
        begin
            %s
            return null;
        end
        $body$
        $sql$, home, name, body);
    execute format('comment on function %I.%I() is %L', home, name, told);
    execute format('revoke execute on function %I.%I() from public', home, name);
    perform install.make_trigger(format('public.%I', relation)::regclass, kind || '_' || participle, 'after ' || event,
        format('%sfor each statement execute function %I.%I()',
               'referencing ' || nullif(transition, '') || ' ', home, name), fires => 'A');
end
$$;
comment on function stats.make_trigger(text, text, text, text, text) is
    'Make a statement''s trigger that fires in every session; its body names old_rows and new_rows where it reads them.';

create or replace function stats.track_event(relation text, event text, body text) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    perform stats.make_trigger('track', relation, event, format('Append what %s on %s moved.', upper(event), relation),
        format('declare appended_rows bigint; begin %s %s %s %s end;',
            -- Of a replication worker's statements, those with rows that fire triggers are the INSERTs of its first copy.
            case event when 'insert' then stats.unless_replicated_snippet() end,
            body, stats.fold_if_due_snippet(), stats.ring_if_asleep_snippet()));
end
$$;
comment on function stats.track_event(text, text, text) is 'Make one of the four triggers of a tracked or watched table.';

create or replace function stats.track_replicated(subject text, append text) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    execute format(
        $sql$
        create or replace function stats.%I() returns trigger
            language plpgsql security definer set search_path = pg_catalog, pg_temp
        as $body$
        declare
            appended_rows bigint;
        begin
            if not stats.is_replication_worker() then
                return null;
            end if;
            if tg_op <> 'DELETE' then
                %s
            end if;
            if tg_op <> 'INSERT' then
                %s
            end if;
            %s
            return null;
        end
        $body$
        $sql$, subject || '__replicated',
        format(append, '1', 'replicate', '(select (new).*) as new') || stats.fold_if_due_snippet(),
        format(append, '-1', 'replicate', '(select (old).*) as old') || stats.fold_if_due_snippet(),
        stats.ring_if_asleep_snippet()
    );
    execute format('comment on function stats.%I() is %L', subject || '__replicated',
        format('Append what a row of %s moved that came by logical replication.', subject));
    execute format('revoke execute on function stats.%I() from public', subject || '__replicated');
    perform install.make_trigger(format('public.%I', subject)::regclass, 'track_replicated',
        'after insert or delete or update',
        format('for each row execute function stats.%I()', subject || '__replicated'), fires => 'R');
end
$$;
comment on function stats.track_replicated(text, text) is
    'Make the row trigger that counts for replication workers, which fire no statement triggers.';

create or replace function stats.make_recount() returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    perform install.make_view('stats.recount', (
        select string_agg(format(
            'select %L::text as subject, (%s)::text as state, (%s)::date as day, count(*) as n,
                    coalesce(sum(%s), 0)::numeric as billed, coalesce(sum(%s), 0)::numeric as paid
               from public.%I group by 2, 3',
            subject, state, coalesce(day, 'null'), billed, paid, subject), ' union all ' order by subject)
          from stats.tracked));
    comment on view stats.recount is 'The tracked rows counted again per subject, state and day.';
end
$$;
comment on function stats.make_recount() is 'Make stats.recount of what is tracked now.';

-- A transition table's row is a record and not of the table's type, so that one shared function
-- over the row cannot work; the expressions are written into each function instead.
create or replace function stats.track(
    subject text, state text default $$''$$, day text default null,
    billed text default '0', paid text default '0'
) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
    day_or_null constant text := coalesce(day, 'null::date');
    -- Sums of nothing would cost each statement some microseconds.
    has_money constant boolean := billed <> '0' or paid <> '0';
    columns constant text := 'subject, state, day, n, op' || case when has_money then ', billed, paid' else '' end;
    appended constant text := format(
        $sql$insert into stats.delta (%s)
            select %L, %s, %s, count(*) * %%1$s, %%2$L%s
              from %%3$s group by 2, 3;$sql$,
        columns, subject, state, day_or_null,
        case when has_money then format(', sum(%s) * %%1$s, sum(%s) * %%1$s', billed, paid) else '' end);
    unless_none constant text := ' if not found then return null; end if;';
    contribution constant text := format('%s as state, %s as day, %s as billed, %s as paid', state, day_or_null, billed, paid);
begin
    perform stats.track_event(subject, 'insert', format(appended, '1', 'insert', 'new_rows') || unless_none);
    perform stats.track_event(subject, 'delete', format(appended, '-1', 'delete', 'old_rows') || unless_none);
    perform stats.track_replicated(subject, appended);
    perform stats.track_event(subject, 'update',
        format(
            $sql$insert into stats.delta (%3$s)
            select %1$L, state, day, sum(n), 'update'%4$s
              from (select 1 as n, %2$s from new_rows union all select -1, %2$s from old_rows) as moved
             group by state, day
            having sum(n) <> 0%5$s;
            if not found then
                if not exists (select from new_rows) then return null; end if;
                insert into stats.delta (subject, op) values (%1$L, 'update');
            end if;$sql$, subject, contribution, columns,
            case when has_money then ', sum(billed * n), sum(paid * n)' else '' end,
            case when has_money then ' or sum(billed * n) <> 0 or sum(paid * n) <> 0' else '' end));
    perform stats.track_event(subject, 'truncate',
        format('insert into stats.delta (subject, is_reset, op) values (%L, true, ''truncate'');', subject));
    insert into stats.tracked values (subject, state, day, billed, paid)
        on conflict on constraint tracked_pkey do update
           set state = excluded.state, day = excluded.day, billed = excluded.billed, paid = excluded.paid;
    perform stats.make_recount();
end
$$;
comment on function stats.track(text, text, text, text, text) is
    'Count a table: state, day, billed and paid are SQL expressions over one row''s columns.';

create or replace function stats.watch(relation text, subject text, with_inserts boolean default true) returns void
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
    touch constant text := 'insert into stats.delta (subject, op) values (%L, %L);';
    some_row constant text := 'if not exists (select from %I) then return null; end if; ';
begin
    if with_inserts then
        perform stats.track_event(relation, 'insert', format(some_row, 'new_rows') || format(touch, subject, 'insert'));
    end if;
    perform stats.track_event(relation, 'update', format(some_row, 'old_rows') || format(touch, subject, 'update'));
    perform stats.track_event(relation, 'delete', format(some_row, 'old_rows') || format(touch, subject, 'delete'));
    perform stats.track_event(relation, 'truncate', format(touch, subject, 'truncate'));
    insert into stats.watched values (relation, subject)
        on conflict on constraint watched_pkey do update set subject = excluded.subject;
end
$$;
comment on function stats.watch(text, text, boolean) is
    'Say under a subject that rows of a table came, changed or went, without counting them.';
