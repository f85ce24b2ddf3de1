"""Ways in which the SQL might be subtly wrong; each must make a test fail."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """Replace a text of one SQL file, wherever it stands in it."""

    name: str
    file: str
    old: str
    new: str = ""


CLOCK, CHANGES, STORE, BELL, PENDING = (
    "010_clock.sql",
    "020_changes.sql",
    "030_store.sql",
    "040_bell.sql",
    "050_pending.sql",
)
FOLD, TRACK, LEDGER, READ = "070_fold.sql", "080_track.sql", "090_ledger.sql", "100_read.sql"
DAILY, RECOUNT, RIGHTS = "110_daily.sql", "130_recount.sql", "160_rights.sql"
PAYMENTS, STOCK, SUBJECTS, ROLES = "220_payment_ledger.sql", "230_stock_ledger.sql", "270_subjects.sql", "280_roles.sql"

MUTATIONS = (
    Mutation(
        "an insert takes away",
        TRACK,
        "format(appended, '1', 'insert', 'new_rows')",
        "format(appended, '-1', 'insert', 'new_rows')",
    ),
    Mutation(
        "a delete adds",
        TRACK,
        "format(appended, '-1', 'delete', 'old_rows')",
        "format(appended, '1', 'delete', 'old_rows')",
    ),
    Mutation(
        "an update swaps old and new",
        TRACK,
        "select 1 as n, %2$s from new_rows union all select -1, %2$s from old_rows",
        "select -1 as n, %2$s from new_rows union all select 1, %2$s from old_rows",
    ),
    Mutation("an update forgets money", TRACK, "' or sum(billed * n) <> 0 or sum(paid * n) <> 0'", "''"),
    Mutation(
        "an update that moves nothing is silent",
        TRACK,
        "insert into stats.delta (subject, op) values (%1$L, 'update');",
        "return null;",
    ),
    Mutation("an update says that it inserted", TRACK, "sum(n), 'update'%4$s", "sum(n), 'insert'%4$s"),
    Mutation(
        "a delta forgets its source",
        STORE,
        "source text not null default changes.source()",
        "source text not null default ''",
    ),
    Mutation("a delta forgets its actor", STORE, "default changes.actor()", "default session_user"),
    Mutation(
        "a replicated row counts twice",
        TRACK,
        "current_setting(''session_replication_role'') = ''replica'' and stats.is_replication_worker()",
        "false",
    ),
    Mutation(
        "a replicated update adds only",
        TRACK,
        "if tg_op <> 'INSERT' then",
        "if tg_op = 'DELETE' then",
    ),
    Mutation("an update of no row is told", TRACK, "if not exists (select from new_rows) then return null; end if;"),
    Mutation("an insert of no row is told", TRACK, "' if not found then return null; end if;'", "''"),
    Mutation(
        "a truncation is not a reset", TRACK, "values (%L, true, ''truncate'')", "values (%L, false, ''truncate'')"
    ),
    Mutation(
        "triggers fire in some sessions only",
        TRACK,
        "home, name), fires => 'A'",
        "home, name)",
    ),
    Mutation("nobody rings", TRACK, "perform stats.ring();"),
    Mutation("everybody rings always", TRACK, "if pg_sequence_last_value(''stats.bell'') <> 0 then", "if true then"),
    Mutation("clinic.ring is not heeded", BELL, "<> 'off'", "<> 'no'"),
    Mutation("the sleeper sets no bell", BELL, "setval('stats.bell', 1)", "setval('stats.bell', 0)"),
    Mutation(
        "a read overlooks the first id",
        PENDING,
        "union select pg_snapshot_xmax(seen) where",
        "union select pg_snapshot_xmax(seen) where false and",
    ),
    Mutation(
        "a read overlooks who was running",
        PENDING,
        "select pg_snapshot_xip(seen)\n            union select",
        "select",
    ),
    Mutation("a read overlooks its own changes", PENDING, "union select me where not pg_visible_in_snapshot(me, seen)"),
    Mutation("a read counts its own changes twice", PENDING, "union select me) as edge", ") as edge"),
    Mutation("an old reader reads on", PENDING, "and o.xid < gap.high"),
    Mutation("an old reader reads on where nobody runs", PENDING, " and d.xid < pg_snapshot_xmax(now_seen)"),
    Mutation(
        "a read takes who runs for nobody", PENDING, " and pg_snapshot_xmin(now_seen) = pg_snapshot_xmax(now_seen)"
    ),
    Mutation("a read takes who ran for nobody", PENDING, "pg_snapshot_xmin(seen) = pg_snapshot_xmax(seen) and "),
    Mutation("a reader who writes takes themselves for nobody", PENDING, " and me is null then", " then"),
    Mutation(
        "a fold takes its own deltas",
        FOLD,
        "pending(before.snapshot, pg_current_xact_id())",
        "pending(before.snapshot)",
    ),
    Mutation("a mark forgets who makes it", PENDING, "me is null or me >= pg_snapshot_xmax(seen)", "true"),
    Mutation("two may fold at once", FOLD, "for update skip locked"),
    Mutation("a truncation voids no delta", PENDING, "from found r where r.is_reset", "from found r where false"),
    Mutation("a truncation voids what came after it", PENDING, "where f.id >= coalesce(", "where f.id <= coalesce("),
    Mutation("the first of two truncations counts", PENDING, "order by r.id)", "order by -r.id)"),
    Mutation("a truncation voids its own mark", PENDING, "where f.id >= coalesce(", "where f.id > coalesce("),
    Mutation("a fold forgets truncations", FOLD, "from pending where is_reset", "from pending where false"),
    Mutation(
        "a fold forgets old days of a truncated table",
        FOLD,
        "select c.subject, c.state, c.day, 0, 0, 0 from stats.counter c join reset using (subject)\n        union all",
        "",
    ),
    Mutation("a fold does not mark", FOLD, "set snapshot = seen,", "set snapshot = before.snapshot,"),
    Mutation(
        "a fold prunes what still runs",
        FOLD,
        "stats.prune(before.pruned_below, pg_snapshot_xmin(before.snapshot))",
        "stats.prune(before.pruned_below, pg_snapshot_xmax(before.snapshot))",
    ),
    Mutation(
        "a fold prunes at once",
        FOLD,
        "stats.prune(before.pruned_below, pg_snapshot_xmin(before.snapshot))",
        "stats.prune('0', pg_snapshot_xmin(pg_current_snapshot()))",
    ),
    Mutation("nobody knows what was pruned", FOLD, "return greatest(upto, from_xid);", "return from_xid;"),
    Mutation("a prune forgets what it left", FOLD, "return greatest(upto, from_xid);", "return below_xid;"),
    Mutation("a fold adds to a truncated table's counters", FOLD, "c.subject = any (replaced)", "false"),
    Mutation(
        "another server's counters are read", PENDING, "f.server <> (pg_control_system()).system_identifier or ", ""
    ),
    Mutation("writers never fold", TRACK, "% 4096 < appended_rows", "% 4096 < 0"),
    Mutation(
        "a bill is settled by a plan of the moment",
        PAYMENTS,
        "set plan_cache_mode = force_generic_plan set enable_seqscan = off",
    ),
    Mutation("a strict writer folds", FOLD, "in ('read committed', 'read uncommitted')", "<> ''"),
    Mutation(
        "a metric forgets a state",
        SUBJECTS,
        "'{confirmed,in_consultation,completed}', false",
        "'{confirmed,completed}', false",
    ),
    Mutation(
        "void bills count", SUBJECTS, "'bill', '{unpaid,partially_paid,paid}', false, 'n'", "'bill', null, false, 'n'"
    ),
    Mutation(
        "billed forgets a state",
        SUBJECTS,
        "'{unpaid,partially_paid,paid}', false, 'billed'",
        "'{unpaid,paid}', false, 'billed'",
    ),
    Mutation(
        "bills are counted on no day",
        SUBJECTS,
        "'status', 'issued_on', 'total_amount'",
        "'status', null, 'total_amount'",
    ),
    Mutation("the balance is what was billed", READ, "else billed - paid end", "else billed end"),
    Mutation("today is every day", SUBJECTS, "true, 'n'", "false, 'n'"),
    Mutation("a read forgets truncations", READ, "from moved v where v.is_reset", "from moved v where false"),
    Mutation("a series forgets truncations", DAILY, "from moved v where v.is_reset", "from moved v where false"),
    Mutation("a check forgets truncations", RECOUNT, "from pending p where p.is_reset", "from pending p where false"),
    Mutation("a read takes later days for today", READ, "p.day = clock.today()", "p.day >= clock.today()"),
    Mutation("a look knows nothing of pruning", READ, ">= (stats.own_fold()).pruned_below", "is not null"),
    Mutation("a look takes a truncation for a sum", READ, "d.is_reset or d.op = 'recount'", "d.op = 'recount'"),
    Mutation("a look takes a recount for a sum", READ, "d.is_reset or d.op = 'recount'", "d.is_reset"),
    Mutation("a look moves yesterday's numbers", READ, "of_day is distinct from clock.today() or "),
    Mutation("a look takes any day for today", READ, "(not m.is_today or c.day = clock.today())", "true"),
    Mutation("a look forgets its own changes", READ, "pg_current_xact_id_if_assigned() is null", "true"),
    Mutation(
        "today is the session's", CLOCK, "(clock.now() at time zone clock.time_zone())::date", "clock.now()::date"
    ),
    Mutation(
        "a rebuild may count its own changes twice",
        RECOUNT,
        "if exists (select from stats.delta where xid = pg_current_xact_id() and op <> 'recount') then",
        "if false then",
    ),
    Mutation(
        "a rebuild's mark forgets who makes it",
        RECOUNT,
        "select stats.snapshot_without_me()",
        "select pg_current_snapshot()",
    ),
    Mutation("a rebuild waits for no fold", RECOUNT, "perform from stats.folded for update;"),
    Mutation(
        "a rebuild leaves what is gone",
        RECOUNT,
        "union all select c.subject, c.state, c.day, 0, 0, 0 from stats.counter c\n",
    ),
    Mutation(
        "verify overlooks days", RECOUNT, "where b.kept <> b.recounted", "where b.kept <> b.recounted and b.day is null"
    ),
    Mutation("verify overlooks metrics", RECOUNT, "where m.kept <> m.recounted", "where false"),
    Mutation(
        "two payments race", PAYMENTS, "perform from public.bill where id = any (bills) order by id for no key update;"
    ),
    Mutation(
        "a payment that left a bill stays on it",
        PAYMENTS,
        "select bill_id from new_rows union select bill_id from old_rows",
        "select bill_id from new_rows",
    ),
    Mutation(
        "a payment deleted stays on its bill",
        PAYMENTS,
        "perform ledger.settle(array(select distinct bill_id from old_rows));",
    ),
    Mutation(
        "truncated payments stay on their bills",
        PAYMENTS,
        "update public.bill set amount_paid = 0.00 where amount_paid <> 0;",
    ),
    Mutation(
        "a void bill takes money",
        PAYMENTS,
        "case when voided_at is null then total else 0 end",
        "total",
    ),
    Mutation("old snapshots may truncate payments", PAYMENTS, "perform ledger.refuse_old_snapshot(", "perform concat("),
    Mutation(
        "amount_paid may be written",
        PAYMENTS,
        "(new.amount_paid is distinct from old.amount_paid)\n",
        "false\n",
    ),
    Mutation(
        "a trigger of anybody's may write amount_paid", PAYMENTS, "or (not has_schema_privilege(", "or (false and ("
    ),
    Mutation(
        "only deliveries leave a movement",
        STOCK,
        "new_rows.quantity <> old_rows.quantity",
        "new_rows.quantity > old_rows.quantity",
    ),
    Mutation("a new item opens no ledger", STOCK, "from new_rows where quantity <> 0", "from new_rows where false"),
    Mutation("old snapshots may truncate movements", STOCK, "perform ledger.refuse_old_snapshot(", "perform concat("),
    Mutation("a replica writes its ledgers itself", LEDGER, "event in ('insert', 'truncate')", "event = 'truncate'"),
    Mutation("no ledger is compared", LEDGER, "if compared is not null then", "if false then"),
    Mutation("an id of a ledger may change", LEDGER, "when ((new.id <> old.id))", "when (false)"),
    Mutation(
        "a truncated ledger stays empty",
        STOCK,
        "from public.inventory_item where quantity <> 0",
        "from public.inventory_item where false",
    ),
    Mutation("movements may be written", STOCK, "when (((pg_trigger_depth() = 0) or", "when ((false or"),
    Mutation(
        "scripts may see into stats",
        RIGHTS,
        "grant select on stats.current to",
        "grant select on all tables in schema stats to",
    ),
    Mutation("scripts may write amount_paid", ROLES, ", apart => '{amount_paid}'"),
    Mutation(
        "scripts may say who inserted a row", CHANGES, "not in ('changes.actor()', 'statement_timestamp()')", "<> 'x'"
    ),
)
