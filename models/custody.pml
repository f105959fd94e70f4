/* Custody: copies between two offices, a lossy line, clocks, a muster, a restored backup.
 *
 * The books (`st`) are moved by the table alone; the sheets (`pl`) lie in the world.  Office 0
 * makes the copies and may be restored from a backup; office 1 gets them and gives them back.
 * FAULT names one seeded fault; without it every assertion holds (models/README.md).
 */

#ifndef FAULT
#define FAULT 0
#endif
#ifndef COPIES
#define COPIES 1
#endif
#ifndef JOURNEYS
#define JOURNEYS 2
#endif

#define F_TWO_HANDS 1      /* taken back from an office without the sheets having come */
#define F_SUM 2            /* a voided copy is not counted any more */
#define F_FINAL 3          /* a destroyed copy can be found again */
#define F_CLOCK 4          /* an overdue copy is returned by the clock */
#define F_NO_VERIFY 5      /* a printed copy can be issued at once */
#define F_STALE_RECEIPT 6  /* a receipt for an earlier journey counts */
#define F_PRINT_AGAIN 7    /* a restored office prints what it had allotted before */
#define F_NO_MUSTER 8      /* a restored office takes its books for true */

#include "table.pml"

/* Where the sheets are. */
#define NOT_MADE 0
#define HOME(o) (1 + 3 * (o))
#define READER(o) (2 + 3 * (o))
#define ON_LINE 3
#define ASTRAY(o) (6 + (o))       /* mislaid there, and found there if anywhere */
#define GONE 8
#define BURNT 9

#define AT(o, c) ((o) * COPIES + (c))
#define S(o, c) st[AT(o, c)]

byte st[2 * COPIES] = UNBORN;      /* the books: where a copy is */
byte kept[2 * COPIES] = UNBORN;    /* the state that `miss` kept */
byte leaf[2 * COPIES] = UNBORN;    /* what the leaves add up to: the inspector's replay */
byte count[2 * STATES];            /* copies by state, as the register counts them */
byte made[2];                      /* copies made and copies accepted */
byte ended[2];                     /* rows of earlier stays, closed for good */
byte fin[2 * COPIES] = UNBORN;     /* the final state a row came to */
bit overdue[2 * COPIES];

byte pl[COPIES];                   /* the world: where the sheets are */
byte to[COPIES];                   /* whom the parcel on the line is for */
bit checked[COPIES];               /* verified since it was printed */
byte journey[COPIES];              /* how many times it was dispatched by office 0 */
byte went[COPIES];                 /* the journey that brought it to office 1 */
bit received[COPIES * (JOURNEYS + 1)];  /* receipts on the line, by journey */
bit closed[COPIES * (JOURNEYS + 1)];
bit accepted[COPIES * (JOURNEYS + 1)];  /* what really happened, by journey */

bit backed_up, restored, stale;
byte saved[COPIES], saved_kept[COPIES];
bit old[COPIES];                   /* in the books before the restore */
byte i, x;

inline apply(o, a, c) {
  d_step {
    x = S(o, c);
    if
    :: x != UNBORN -> count[(o) * STATES + x]--
    :: else -> made[o]++
    fi;
    if
    :: a == A_MISS -> kept[AT(o, c)] = x
    :: else
    fi;
    S(o, c) = TO(a, x, kept[AT(o, c)]);
    if
    :: a == A_FIND -> kept[AT(o, c)] = UNBORN
    :: else
    fi;
    if
    :: FINAL(S(o, c)) && fin[AT(o, c)] == UNBORN -> fin[AT(o, c)] = S(o, c)
    :: else
    fi;
    leaf[AT(o, c)] = S(o, c);
    count[(o) * STATES + S(o, c)]++;
    overdue[AT(o, c)] = 0;
    x = 0
  }
}

#define CAN(o, act, c) (FROM_##act(S(o, c)))
#define SHELVED(o, c) (pl[c] == HOME(o))
#define COMES(o, c) (pl[c] == ON_LINE && to[c] == (o))

/* What an office does alone, with the sheets in hand where that is what the act means. */
inline alone(o, c) {
  if
  :: CAN(o, VERIFY, c) && SHELVED(o, c) -> apply(o, A_VERIFY, c); checked[c] = 1
  :: CAN(o, ISSUE, c) && SHELVED(o, c) -> apply(o, A_ISSUE, c); pl[c] = READER(o)
  :: CAN(o, HAND_OVER, c) -> apply(o, A_HAND_OVER, c)
  :: CAN(o, RETURN, c) && pl[c] == READER(o) -> apply(o, A_RETURN, c); pl[c] = HOME(o)
  :: CAN(o, FILE, c) && SHELVED(o, c) -> apply(o, A_FILE, c)
  :: CAN(o, CHARGE_OUT, c) && SHELVED(o, c) -> apply(o, A_CHARGE_OUT, c)
  :: CAN(o, READ, c) -> apply(o, A_READ, c)
  :: CAN(o, DESTROY, c) && SHELVED(o, c) -> apply(o, A_DESTROY, c); pl[c] = BURNT
  :: CAN(o, MISS, c) && pl[c] != HOME(o) -> apply(o, A_MISS, c)
  :: CAN(o, DECLARE_LOST, c) -> apply(o, A_DECLARE_LOST, c)
  :: CAN(o, FIND, c) && HELD_HERE(kept[AT(o, c)]) && (pl[c] == ASTRAY(o) || SHELVED(o, c)) ->
     apply(o, A_FIND, c); pl[c] = (S(o, c) == ISSUED -> READER(o) : HOME(o))
  :: CAN(o, FIND, c) && HELD_HERE(kept[AT(o, c)]) && COMES(o, c) && S(o, c) == MISSING ->
     apply(o, A_FIND, c); pl[c] = (S(o, c) == ISSUED -> READER(o) : HOME(o))
  :: CAN(o, FIND, c) && !HELD_HERE(kept[AT(o, c)]) && kept[AT(o, c)] != PRINTED ->
     apply(o, A_FIND, c)
  :: CAN(o, COMPROMISE, c) -> apply(o, A_COMPROMISE, c)
#if FAULT == F_NO_VERIFY
  :: S(o, c) == PRINTED && SHELVED(o, c) -> apply(o, A_ISSUE, c); pl[c] = READER(o)
#endif
#if FAULT == F_FINAL
  :: S(o, c) == DESTROYED -> apply(o, A_RETURN, c)
#endif
  fi
}

/* What office 0 does as the maker of copies. */
inline maker(c) {
  if
  :: CAN(0, ALLOT, c) && pl[c] == NOT_MADE -> apply(0, A_ALLOT, c)
  :: CAN(0, VOID, c) -> apply(0, A_VOID, c)
#if FAULT == F_SUM
     count[VOID]--
#endif
  :: CAN(0, PRINT, c) && (!old[c] || FAULT == F_PRINT_AGAIN) ->
     assert(pl[c] == NOT_MADE);  /* no number stands on two sheets */
     apply(0, A_PRINT, c); pl[c] = HOME(0); checked[c] = 0
  :: CAN(0, REPRINT, c) && SHELVED(0, c) -> apply(0, A_REPRINT, c); pl[c] = NOT_MADE
  fi
}

/* What passes between the two; papers come late, in any order, or not at all. */
inline between(c) {
  if
  :: CAN(0, DISPATCH, c) && SHELVED(0, c) && !restored && journey[c] < JOURNEYS ->
     apply(0, A_DISPATCH, c); pl[c] = ON_LINE; to[c] = 1; journey[c]++
  :: COMES(1, c) && (S(1, c) == UNBORN || S(1, c) == GIVEN_BACK) ->
     if
     :: S(1, c) == GIVEN_BACK ->   /* a second stay is a row of its own */
        d_step { count[STATES + GIVEN_BACK]--; ended[1]++; S(1, c) = UNBORN; leaf[AT(1, c)] = UNBORN;
          fin[AT(1, c)] = UNBORN }
     :: else
     fi;
     apply(1, A_ACCEPT, c); pl[c] = HOME(1); went[c] = journey[c];
     received[c * (JOURNEYS + 1) + journey[c]] = 1;
     accepted[c * (JOURNEYS + 1) + journey[c]] = 1
  :: CAN(0, RECEIPTED, c) && received[c * (JOURNEYS + 1) + journey[c]] -> apply(0, A_RECEIPTED, c)
#if FAULT == F_STALE_RECEIPT
  :: CAN(0, RECEIPTED, c) && received[c * (JOURNEYS + 1) + 1] -> apply(0, A_RECEIPTED, c)
#endif
  :: CAN(0, DISPUTE, c) && received[c * (JOURNEYS + 1) + journey[c]] -> apply(0, A_DISPUTE, c)
  :: CAN(0, SETTLE_THERE, c) && accepted[c * (JOURNEYS + 1) + journey[c]] ->
     apply(0, A_SETTLE_THERE, c)
  :: CAN(0, SETTLE_BACK, c) && COMES(0, c) -> apply(0, A_SETTLE_BACK, c); pl[c] = HOME(0);
     closed[c * (JOURNEYS + 1) + went[c]] = 1
  :: CAN(1, DISPATCH, c) && SHELVED(1, c) -> apply(1, A_DISPATCH, c); pl[c] = ON_LINE; to[c] = 0
  :: CAN(0, COME_BACK, c) && COMES(0, c) -> apply(0, A_COME_BACK, c); pl[c] = HOME(0);
     closed[c * (JOURNEYS + 1) + went[c]] = 1
#if FAULT == F_TWO_HANDS
  :: S(0, c) == WITH_OFFICE -> apply(0, A_COME_BACK, c)
#endif
  :: CAN(1, GIVE_BACK, c) && closed[c * (JOURNEYS + 1) + went[c]] -> apply(1, A_GIVE_BACK, c)
  :: CAN(0, REPORT_DESTROYED, c) && S(1, c) == DESTROYED -> apply(0, A_REPORT_DESTROYED, c)
  :: COMES(1, c) && S(1, c) == UNBORN -> to[c] = 0             /* the carrier brings it back */
  :: pl[c] == READER(0) || pl[c] == HOME(0) -> pl[c] = ASTRAY(0)
  :: pl[c] == READER(1) || pl[c] == HOME(1) -> pl[c] = ASTRAY(1)
  :: pl[c] == ON_LINE -> pl[c] = GONE
  :: received[c * (JOURNEYS + 1) + journey[c]] -> received[c * (JOURNEYS + 1) + journey[c]] = 0
  :: closed[c * (JOURNEYS + 1) + went[c]] -> closed[c * (JOURNEYS + 1) + went[c]] = 0
  fi
}

/* A clock: it flags, and nothing else. */
inline clock(o, c) {
  if
  :: S(o, c) == ISSUED && o == 0 -> overdue[AT(o, c)] = 1
  :: else
#if FAULT == F_CLOCK
  :: S(o, c) == ISSUED && overdue[AT(o, c)] -> S(o, c) = IN_REGISTRY
#endif
  fi
}

inline back_up() {
  d_step {
    backed_up = 1;
    i = 0;
    do
    :: i < COPIES -> saved[i] = S(0, i); saved_kept[i] = kept[i]; i++
    :: else -> break
    od;
    i = 0
  }
}

/* The books of office 0 are as they were when the backup was made; the world is not. */
inline restore() {
  d_step {
    restored = 1; stale = 1;
    i = 0;
    do
    :: i < STATES -> count[i] = 0; i++
    :: else -> break
    od;
    made[0] = 0;
    i = 0;
    do
    :: i < COPIES ->
       S(0, i) = saved[i]; leaf[i] = saved[i]; fin[i] = UNBORN; kept[i] = saved_kept[i]; overdue[i] = 0;
       old[i] = 1; 
       if
       :: saved[i] != UNBORN -> count[saved[i]]++; made[0]++
       :: else
       fi;
       fin[i] = (FINAL(saved[i]) -> saved[i] : UNBORN);
       saved[i] = 0; saved_kept[i] = 0;
       i++
    :: else -> break
    od;
    i = 0
  }
}

/* After a restore everything is counted against the books: what is not there is missing, and
 * what is there though the books have it elsewhere has come back. */
inline muster() {
  i = 0;
  do
  :: i < COPIES ->
     if
     :: HELD_HERE(S(0, i)) && pl[i] != HOME(0) && pl[i] != READER(0) -> apply(0, A_MISS, i)
     :: S(0, i) == PRINTED && pl[i] != HOME(0) -> apply(0, A_MISS, i)
     :: S(0, i) == PRINTED && pl[i] == HOME(0) -> checked[i] = 0; skip
     :: CAN(0, COME_BACK, i) && pl[i] == HOME(0) -> apply(0, A_COME_BACK, i)
     :: else
     fi;
     i++
  :: else -> break
  od;
  i = 0;
  stale = 0
}

init {
  byte c = 0;
  byte o = 0;
  do
  :: atomic {
       select(c : 0 .. COPIES - 1);
       if
       :: !stale -> alone(0, c)
       :: alone(1, c)
       :: !stale -> maker(c)
       :: !stale || to[c] == 1 -> between(c)
       :: select(o : 0 .. 1); clock(o, c); o = 0
       :: !backed_up -> back_up()
       :: backed_up && !restored -> restore()
       :: stale -> muster()
#if FAULT == F_NO_MUSTER
       :: stale -> stale = 0
#endif
       fi;
       c = 0
     }
  od
}

/* What must hold after every step. */
#define TOTAL(o) (ended[o] + count[(o)*STATES+0] + count[(o)*STATES+1] + count[(o)*STATES+2] \
  + count[(o)*STATES+3] + count[(o)*STATES+4] + count[(o)*STATES+5] + count[(o)*STATES+6] \
  + count[(o)*STATES+7] + count[(o)*STATES+8] + count[(o)*STATES+9] + count[(o)*STATES+10] \
  + count[(o)*STATES+11] + count[(o)*STATES+12])
#define HAS(o, c) (HELD_HERE(S(o, c)) || S(o, c) == PRINTED)
#define OUT_OF_ROOM(c) (HELD_HERE(S(0, c)) || S(0, c) == IN_TRANSIT || S(0, c) == WITH_OFFICE)

active proctype watch() {
end:
  do
  :: d_step {
       i == 0 ->
       /* final states are final; a restored backup takes books back, and a second stay is a new row */
       assert(fin[0] == UNBORN || fin[0] == S(0, 0));
       assert(fin[COPIES] == UNBORN || fin[COPIES] == S(1, 0));
       /* no copy in two hands, unless the books wait for a muster */
       assert(stale || !(HAS(0, 0) && HAS(1, 0)));
       /* sums hold */
       assert(TOTAL(0) == made[0]);
       assert(TOTAL(1) == made[1]);
       /* every state is what the leaves add up to: neither a clock nor anybody else moved it */
       assert(S(0, 0) == leaf[AT(0, 0)]);
       assert(S(1, 0) == leaf[AT(1, 0)]);
       /* every way out passes verify */
       assert(stale || !OUT_OF_ROOM(0) || checked[0]);
       /* nobody is relieved of a copy before the other office has it */
       assert(S(0, 0) != WITH_OFFICE || restored || accepted[journey[0]])
     }
  od
}
