/* The bell: no committed change stays unseen while the relay sleeps.
 *
 * Writers append (which gives their transaction its id), read the bell, ring if it says "asleep", then commit or
 * abort. The relay sets the bell, takes an id, and looks until every older transaction has ended; then it sleeps.
 * It may crash anywhere. One atomic step here is one step there: reading or setting a sequence, taking an id,
 * one statement's snapshot (what it sees and the oldest running id), a commit with its notification.
 *
 * Any writer may be one that must not ring, because it will be prepared: finding the bell at 1 it defers its ring by setting
 * it to 2, which the sleeping relay reads every few seconds.
 *
 * A relay that leads holds a lock; with nobody leading nothing need ring, so a writer that read 1 asks, before it rings,
 * whether somebody holds it. A relay may end at any moment: in order, which resets the bell first, or by a crash, which
 * leaves the bell as it is. The bell may have been left at 1 before all this begins.
 *
 * Each control below leaves one step of the protocol out; the checker must then find the lost wake-up.
 *   ID_BEFORE_BELL      the relay takes its id before it sets the bell
 *   NO_WAITING          the relay sleeps without waiting for older transactions
 *   BELL_BEFORE_APPEND  a writer reads the bell before it appends
 *   LOOK_BEFORE_OLDEST  the relay looks in one statement and asks for the oldest running id in a later one
 *   NO_LAST_LOOK        the relay waits for older transactions and sleeps without reading what they committed
 *   BELL_IN_A_ROW       the bell is a table's row, which a writer reads in the snapshot it began with
 *   READ_THEN_LISTEN    a relay that starts looks first and listens afterwards
 *   RING_UNHEEDED       a ring heard while falling asleep is taken for done, with no look after it
 *   NO_WORD             a writer that must not ring leaves no word
 *   LEADER_BEFORE_APPEND  a writer asks whether somebody leads before it appends
 *   LATE_LEAD           the relay takes the lead when it is about to sleep
 *   WRITER_RESETS       a writer that finds nobody leading resets the bell, to spare the next one the question
 *   LATE_RESET          a relay that ends gives up the lead first and resets the bell afterwards
 */

#ifndef WRITERS
#define WRITERS 3
#endif
#define NONE 0

mtype = { idle, running, committed, aborted };

byte bell = 0;                 /* 1: somebody sleeps and wants to be woken; 2: and a silent writer left word */
byte next_id = 1;
mtype state[WRITERS] = idle;
byte id[WRITERS];              /* NONE until the writer appends */
bool seen[WRITERS];            /* the relay has read this writer's commit */
bool is_led = 0;               /* somebody holds the leader's lock */
bool is_listening = 0;
bool is_rung = 0;              /* a notification waits for the relay */
bool is_asleep = 0;
byte crashes_left = 1;
byte naps_left = 3;            /* so that ids, and with them the states, stay finite */

byte oldest;                   /* scratch of the relay: the oldest running id of its last snapshot */

inline see_and_find_oldest(with_seeing, with_oldest) {
    /* One statement: one snapshot for what is seen and for who still runs. */
    byte w = 0;
    oldest = (with_oldest -> next_id : oldest);
    do
    :: w < WRITERS ->
        seen[w] = seen[w] || (with_seeing && state[w] == committed);
        if
        :: with_oldest && state[w] == running && id[w] != NONE && id[w] < oldest -> oldest = id[w]
        :: else
        fi;
        w++
    :: else -> break
    od;
    w = 0
}

proctype Writer(byte me) {
    byte heard, bell_at_start;
    bool is_silent, somebody_leads;
    if
    :: is_silent = false
    :: me == 0 -> is_silent = true         /* one is enough, and keeps the states few */
    fi;
    atomic { state[me] = running; bell_at_start = bell }
#ifdef LEADER_BEFORE_APPEND
    somebody_leads = is_led;
#endif
#ifdef BELL_BEFORE_APPEND
    heard = bell;
    atomic { id[me] = next_id; next_id++ }
#else
    atomic { id[me] = next_id; next_id++ }
#ifdef BELL_IN_A_ROW
    heard = bell_at_start;
#else
    heard = bell;
#endif
#endif
    if
#ifndef NO_WORD
    :: is_silent && heard == 1 -> bell = 2
#endif
    :: !is_silent && heard != 0 ->
#ifndef LEADER_BEFORE_APPEND
        somebody_leads = is_led;
#endif
#ifdef WRITER_RESETS
        if
        :: !somebody_leads -> bell = 0
        :: else
        fi;
#endif
        heard = (somebody_leads -> heard : 0)
    :: else
    fi;
    if
    :: atomic { state[me] = committed; is_rung = is_rung || (heard && !is_silent && is_listening) }
    :: state[me] = aborted
    fi
}

proctype LateReset() {
    bell = 0
}

proctype Relay() {
    byte mine;

start:
#ifndef LATE_LEAD
    is_led = 1;
#endif
#ifdef READ_THEN_LISTEN
    bell = 0;
    atomic { see_and_find_oldest(true, false) }
    atomic { is_listening = 1; is_rung = 0 }
    goto waiting;
#else
    atomic { is_listening = 1; is_rung = 0 }
    bell = 0;
    atomic { see_and_find_oldest(true, false) }
#endif

awake:
    if
    :: atomic { see_and_find_oldest(true, false) } -> goto awake_again
    :: crashes_left > 0 -> goto crash
    :: crashes_left > 0 -> goto end_in_order
    fi;
awake_again:
    if
    :: naps_left > 0 -> naps_left--
    :: else -> goto done
    fi;
#ifdef ID_BEFORE_BELL
    atomic { mine = next_id; next_id++ }
    bell = 1;
#else
    bell = 1;
    atomic { mine = next_id; next_id++ }
#endif

settle:
#ifdef LOOK_BEFORE_OLDEST
    atomic { see_and_find_oldest(true, false) }
    atomic { see_and_find_oldest(false, true) }
#else
#ifdef NO_LAST_LOOK
    atomic { see_and_find_oldest(false, true) }
#else
    atomic { see_and_find_oldest(true, true) }
#endif
#endif
#ifndef NO_WAITING
    if
    :: oldest > mine -> goto waiting
    :: oldest <= mine -> goto settle       /* keeps looking */
    :: atomic { oldest <= mine && is_rung -> is_rung = 0 } -> goto settle
    :: crashes_left > 0 -> goto crash
    :: crashes_left > 0 -> goto end_in_order
    :: bell = 0 -> goto awake              /* something moved: awake again */
    fi;
#endif

waiting:
#ifdef RING_UNHEEDED
    is_rung = 0;
#endif
    is_asleep = 1;
#ifdef LATE_LEAD
    is_led = 1;
#endif
    if
    :: atomic { is_rung -> is_rung = 0; is_asleep = 0 }
    :: atomic { bell == 2 -> is_asleep = 0 }
    :: crashes_left > 0 -> goto crash
    :: crashes_left > 0 -> goto end_in_order
    fi;
    atomic { see_and_find_oldest(true, false) }
    bell = 0;
    goto awake;

end_in_order:
    is_asleep = 0;
#ifdef LATE_RESET
    run LateReset();
#else
    bell = 0;
#endif

crash:
    atomic { crashes_left--; is_led = 0; is_listening = 0; is_rung = 0; is_asleep = 0 }
    goto start;

done:
    skip
}

/* While the relay sleeps, with no notification on its way and no word left, it has seen every commit. */
#define UNSEEN(w) (state[w] == committed && !seen[w])
#if WRITERS == 3
#define SOMETHING_UNSEEN (UNSEEN(0) || UNSEEN(1) || UNSEEN(2))
#else
#define SOMETHING_UNSEEN (UNSEEN(0) || UNSEEN(1))
#endif

active proctype Watch() {
    end: atomic { is_asleep && !is_rung && bell != 2 && SOMETHING_UNSEEN -> assert(false) }
}

init {
    atomic {
        byte n = 0;
        if
        :: bell = 0
        :: bell = 1
        fi;
        do
        :: n < WRITERS -> run Writer(n); n++
        :: else -> break
        od;
        run Relay()
    }
}
