/* Numbers: taken on the page that uses them, over races, crashes, backups and restores.
 *
 * Two clerks give orders to one office, each order more than once if it likes.  An order takes a
 * number on its page and then the number goes out into the world, on paper.  What is in the books
 * may be lost and come back from a backup; what is on paper stays there.
 * FAULT names one seeded fault; without it every assertion holds (models/README.md).
 */

#ifndef FAULT
#define FAULT 0
#endif
#ifndef ORDERS
#define ORDERS 3
#endif
#ifndef RESTORES
#define RESTORES 2
#endif

#define N_RACE 1       /* a number that was looked up is taken unseen whether it is free still */
#define N_TWICE 2      /* an order given again takes another number */
#define N_OWN_PAGE 3   /* the number is taken on one page and used on the next */
#define N_NO_JUMP 4    /* restored books go on where the backup stood */
#define N_SHORT 5      /* the day of the restore itself is not counted */
#define N_AGAIN 6      /* a second restore from one backup jumps as far as the first */
#define N_OLD_ORDER 7  /* restored books take orders that were signed on the books before them */

#define DAYS 2
#define A_DAY 1
#define ROUND 2
#define NUMBERS 32
#define DEAD(k) (signed_on[k] != ledger && FAULT != N_OLD_ORDER)
#define DONE(k) (taken[k] && FAULT != N_TWICE)
#define UP(n) ((((n) + ROUND - 1) / ROUND) * ROUND)

byte last;                  /* the books: the last number taken */
byte taken[ORDERS];         /* the number on each order's page; 0 where it has none */
byte used;                  /* how many were used since the numbers last jumped, and from where */
byte base;
byte ledger = 1;            /* which ledger the books are */
byte signed_on[ORDERS];     /* the ledger an order names; 0 while it is not signed */

byte paper[NUMBERS];        /* the world: 1 + the order whose paper bears the number */
byte bears[ORDERS];         /* the number on the order's paper */
byte day, today;            /* the day, and how many numbers were taken in it */

bit saved;                  /* the backup */
byte saved_last, saved_day, saved_used, saved_base, since;
byte saved_taken[ORDERS];
byte restores, i;

proctype clerk() {
  byte k, n;
  do
  :: atomic {                          /* an order is signed, its number looked up in a view */
       select(k : 0 .. ORDERS - 1);
       if
       :: signed_on[k] == 0 -> signed_on[k] = ledger
       :: else
       fi;
       n = last + 1
     };
     if
     :: skip                           /* a crash here has done nothing */
     :: atomic {                       /* the page: all of it or none */
          if
          :: DEAD(k) -> n = 0
          :: !DEAD(k) && DONE(k) -> n = taken[k]
          :: !DEAD(k) && !DONE(k) && last + 1 != n && FAULT != N_RACE -> n = 0
          :: !DEAD(k) && !DONE(k) && (last + 1 == n || FAULT == N_RACE) && today < A_DAY ->
             today++; taken[k] = n;
             used = used + (FAULT != N_OWN_PAGE && n == last + 1);
             last = (n > last -> n : last)
          fi
        };
#if FAULT == N_OWN_PAGE
        if
        :: n && used < last - base -> n = 0     /* a crash between the two pages */
        :: n -> used++
        :: else
        fi;
#endif
        if
        :: skip                        /* a crash here: the number is taken, the paper not made */
        :: atomic {
             n ->
             assert(paper[n] == 0 || paper[n] == k + 1);  /* no number stands on two papers */
             assert(bears[k] == 0 || bears[k] == n);      /* no order has two numbers */
             paper[n] = k + 1; bears[k] = n
           }
        :: n == 0                      /* refused */
        fi
     fi;
     atomic { k = 0; n = 0 }
  od
}

proctype world() {
  do
  :: atomic { day < DAYS -> day++; today = 0 }
  :: atomic {
       !saved ->
       saved = 1; saved_last = last; saved_day = day; saved_used = used; saved_base = base;
       since = 0; i = 0;
       do
       :: i < ORDERS -> saved_taken[i] = taken[i]; i++
       :: else -> break
       od;
       i = 0
     }
  :: atomic {
       saved && restores < RESTORES ->
       restores++; ledger++; last = saved_last; i = 0;
       do
       :: i <= since ->                /* once, and once more for each restore before this one */
          if
          :: FAULT == N_NO_JUMP
          :: FAULT == N_SHORT -> last = UP(last + A_DAY * (day - saved_day))
          :: FAULT == N_AGAIN && i > 0
          :: else -> last = UP(last + A_DAY * (day - saved_day + 1))
          fi;
          i++
       :: else -> break
       od;
       since++; base = last; used = 0; i = 0;
       do
       :: i < ORDERS -> taken[i] = saved_taken[i]; i++
       :: else -> break
       od;
       i = 0
     }
  od
}

active proctype watch() {
end:
  do
  :: d_step { i == 0 ->
       assert(used == last - base)     /* none is skipped but by a jump that the ledger tells of */
     }
  od
}

init {
  atomic { run clerk(); run clerk(); run world() }
}
