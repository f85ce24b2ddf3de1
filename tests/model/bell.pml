/* The bell: no committed change stays unseen while the relay sleeps.
 *
 * Writers append (which gives their transaction its id), read the bell, ring if it says "asleep", then commit or
 * abort. The relay sets the bell, takes an id, and looks until every older transaction has ended; then it sleeps.
 * It may crash anywhere. One atomic step here is one step there: reading or setting a sequence, taking an id,
 * one statement's snapshot (what it sees and the oldest running id), a commit with its notification.
 *
 * Any writer may be one that must not ring, because it will be prepared: finding the bell at 1 it leaves word by setting
 * it to 2, which the sleeping relay reads every few seconds.
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
    bool is_silent;
    if
    :: is_silent = false
    :: me == 0 -> is_silent = true         /* one is enough, and keeps the states few */
    fi;
    atomic { state[me] = running; bell_at_start = bell }
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
#ifndef NO_WORD
    if
    :: is_silent && heard == 1 -> bell = 2
    :: else
    fi;
#endif
    if
    :: atomic { state[me] = committed; is_rung = is_rung || (heard && !is_silent && is_listening) }
    :: state[me] = aborted
    fi
}

proctype Relay() {
    byte mine;

start:
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
    :: bell = 0 -> goto awake              /* something moved: awake again */
    fi;
#endif

waiting:
#ifdef RING_UNHEEDED
    is_rung = 0;
#endif
    is_asleep = 1;
    if
    :: atomic { is_rung -> is_rung = 0; is_asleep = 0 }
    :: atomic { bell == 2 -> is_asleep = 0 }
    :: crashes_left > 0 -> goto crash
    fi;
    atomic { see_and_find_oldest(true, false) }
    bell = 0;
    goto awake;

crash:
    atomic { crashes_left--; is_listening = 0; is_rung = 0; is_asleep = 0 }
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
        do
        :: n < WRITERS -> run Writer(n); n++
        :: else -> break
        od;
        run Relay()
    }
}
