/* Written by models/make.py out of cablegram.model.acts.  Do not edit. */

#define ALLOTTED 0
#define VOID 1
#define PRINTED 2
#define IN_REGISTRY 3
#define ISSUED 4
#define FILED 5
#define IN_TRANSIT 6
#define WITH_OFFICE 7
#define DISPUTED 8
#define GIVEN_BACK 9
#define DESTROYED 10
#define MISSING 11
#define LOST 12
#define UNBORN 13
#define STATES 14

#define A_ALLOT 0
#define A_ACCEPT 1
#define A_VOID 2
#define A_PRINT 3
#define A_REPRINT 4
#define A_VERIFY 5
#define A_ISSUE 6
#define A_READ 7
#define A_ANNOTATE 8
#define A_FULFIL 9
#define A_HAND_OVER 10
#define A_EXTEND 11
#define A_RECALL 12
#define A_REGRADE 13
#define A_REPLACE_SHEET 14
#define A_DESCRIBE 15
#define A_RETURN 16
#define A_FILE 17
#define A_CHARGE_OUT 18
#define A_DISPATCH 19
#define A_RECEIPTED 20
#define A_DISPUTE 21
#define A_SETTLE_THERE 22
#define A_SETTLE_BACK 23
#define A_COME_BACK 24
#define A_GIVE_BACK 25
#define A_REPORT_DESTROYED 26
#define A_DESTROY 27
#define A_MISS 28
#define A_DECLARE_LOST 29
#define A_FIND 30
#define A_COMPROMISE 31
#define A_CONTAIN 32
#define A_DECLASSIFY 33
#define A_SHOW 34
#define A_CORRECT 35
#define A_ROUTE 36
#define A_CANCEL 37

#define ACTS 38

#define FINAL(s) ((s) == VOID || (s) == GIVEN_BACK || (s) == DESTROYED)
#define IN_CUSTODY(s) ((s) == PRINTED || (s) == IN_REGISTRY || (s) == ISSUED || (s) == FILED || (s) == IN_TRANSIT || (s) == WITH_OFFICE || (s) == DISPUTED)
#define HELD_HERE(s) ((s) == IN_REGISTRY || (s) == ISSUED || (s) == FILED)

/* Whether the table admits act a from state s. */
#define FROM_ALLOT(s) ((s) == UNBORN)
#define FROM_ACCEPT(s) ((s) == UNBORN)
#define FROM_VOID(s) ((s) == ALLOTTED)
#define FROM_PRINT(s) ((s) == ALLOTTED)
#define FROM_REPRINT(s) ((s) == PRINTED)
#define FROM_VERIFY(s) ((s) == PRINTED)
#define FROM_ISSUE(s) ((s) == IN_REGISTRY || (s) == FILED)
#define FROM_READ(s) ((s) == IN_REGISTRY || (s) == ISSUED || (s) == FILED)
#define FROM_ANNOTATE(s) ((s) == IN_REGISTRY || (s) == ISSUED || (s) == FILED)
#define FROM_FULFIL(s) ((s) == IN_REGISTRY || (s) == ISSUED || (s) == FILED)
#define FROM_HAND_OVER(s) ((s) == ISSUED)
#define FROM_EXTEND(s) ((s) == PRINTED || (s) == IN_REGISTRY || (s) == ISSUED || (s) == FILED || (s) == IN_TRANSIT || (s) == WITH_OFFICE || (s) == DISPUTED)
#define FROM_RECALL(s) ((s) == PRINTED || (s) == IN_REGISTRY || (s) == ISSUED || (s) == FILED || (s) == IN_TRANSIT || (s) == WITH_OFFICE || (s) == DISPUTED)
#define FROM_REGRADE(s) ((s) == PRINTED || (s) == IN_REGISTRY || (s) == ISSUED || (s) == FILED || (s) == IN_TRANSIT || (s) == WITH_OFFICE || (s) == DISPUTED)
#define FROM_REPLACE_SHEET(s) ((s) == PRINTED || (s) == IN_REGISTRY || (s) == ISSUED || (s) == FILED || (s) == IN_TRANSIT || (s) == WITH_OFFICE || (s) == DISPUTED)
#define FROM_DESCRIBE(s) ((s) == ALLOTTED || (s) == PRINTED || (s) == IN_REGISTRY || (s) == ISSUED || (s) == FILED || (s) == IN_TRANSIT || (s) == WITH_OFFICE || (s) == DISPUTED || (s) == GIVEN_BACK || (s) == DESTROYED || (s) == MISSING || (s) == LOST)
#define FROM_RETURN(s) ((s) == ISSUED)
#define FROM_FILE(s) ((s) == IN_REGISTRY)
#define FROM_CHARGE_OUT(s) ((s) == FILED)
#define FROM_DISPATCH(s) ((s) == IN_REGISTRY || (s) == FILED)
#define FROM_RECEIPTED(s) ((s) == IN_TRANSIT)
#define FROM_DISPUTE(s) ((s) == IN_TRANSIT)
#define FROM_SETTLE_THERE(s) ((s) == DISPUTED)
#define FROM_SETTLE_BACK(s) ((s) == DISPUTED)
#define FROM_COME_BACK(s) ((s) == IN_TRANSIT || (s) == WITH_OFFICE || (s) == DISPUTED)
#define FROM_GIVE_BACK(s) ((s) == IN_TRANSIT)
#define FROM_REPORT_DESTROYED(s) ((s) == WITH_OFFICE)
#define FROM_DESTROY(s) ((s) == IN_REGISTRY || (s) == FILED)
#define FROM_MISS(s) ((s) == PRINTED || (s) == IN_REGISTRY || (s) == ISSUED || (s) == FILED || (s) == IN_TRANSIT || (s) == WITH_OFFICE || (s) == DISPUTED)
#define FROM_DECLARE_LOST(s) ((s) == MISSING)
#define FROM_FIND(s) ((s) == MISSING || (s) == LOST)
#define FROM_COMPROMISE(s) ((s) == ALLOTTED || (s) == PRINTED || (s) == IN_REGISTRY || (s) == ISSUED || (s) == FILED || (s) == IN_TRANSIT || (s) == WITH_OFFICE || (s) == DISPUTED || (s) == GIVEN_BACK || (s) == DESTROYED || (s) == MISSING || (s) == LOST)
#define FROM_CONTAIN(s) ((s) == ALLOTTED || (s) == PRINTED || (s) == IN_REGISTRY || (s) == ISSUED || (s) == FILED || (s) == IN_TRANSIT || (s) == WITH_OFFICE || (s) == DISPUTED || (s) == GIVEN_BACK || (s) == DESTROYED || (s) == MISSING || (s) == LOST)
#define FROM_DECLASSIFY(s) ((s) == ALLOTTED || (s) == PRINTED || (s) == IN_REGISTRY || (s) == ISSUED || (s) == FILED || (s) == IN_TRANSIT || (s) == WITH_OFFICE || (s) == DISPUTED || (s) == GIVEN_BACK || (s) == MISSING || (s) == LOST)
#define FROM_SHOW(s) ((s) == IN_REGISTRY || (s) == FILED)
#define FROM_CORRECT(s) ((s) == ALLOTTED || (s) == VOID || (s) == PRINTED || (s) == IN_REGISTRY || (s) == ISSUED || (s) == FILED || (s) == IN_TRANSIT || (s) == WITH_OFFICE || (s) == DISPUTED || (s) == GIVEN_BACK || (s) == DESTROYED || (s) == MISSING || (s) == LOST)
#define FROM_ROUTE(s) ((s) == IN_REGISTRY || (s) == ISSUED || (s) == FILED)
#define FROM_CANCEL(s) ((s) == ALLOTTED || (s) == PRINTED || (s) == IN_REGISTRY || (s) == ISSUED || (s) == FILED || (s) == IN_TRANSIT || (s) == WITH_OFFICE || (s) == DISPUTED || (s) == MISSING || (s) == LOST)

#define FROM(a, s) ( \
  ((a) == A_ALLOT && FROM_ALLOT(s)) || \
  ((a) == A_ACCEPT && FROM_ACCEPT(s)) || \
  ((a) == A_VOID && FROM_VOID(s)) || \
  ((a) == A_PRINT && FROM_PRINT(s)) || \
  ((a) == A_REPRINT && FROM_REPRINT(s)) || \
  ((a) == A_VERIFY && FROM_VERIFY(s)) || \
  ((a) == A_ISSUE && FROM_ISSUE(s)) || \
  ((a) == A_READ && FROM_READ(s)) || \
  ((a) == A_ANNOTATE && FROM_ANNOTATE(s)) || \
  ((a) == A_FULFIL && FROM_FULFIL(s)) || \
  ((a) == A_HAND_OVER && FROM_HAND_OVER(s)) || \
  ((a) == A_EXTEND && FROM_EXTEND(s)) || \
  ((a) == A_RECALL && FROM_RECALL(s)) || \
  ((a) == A_REGRADE && FROM_REGRADE(s)) || \
  ((a) == A_REPLACE_SHEET && FROM_REPLACE_SHEET(s)) || \
  ((a) == A_DESCRIBE && FROM_DESCRIBE(s)) || \
  ((a) == A_RETURN && FROM_RETURN(s)) || \
  ((a) == A_FILE && FROM_FILE(s)) || \
  ((a) == A_CHARGE_OUT && FROM_CHARGE_OUT(s)) || \
  ((a) == A_DISPATCH && FROM_DISPATCH(s)) || \
  ((a) == A_RECEIPTED && FROM_RECEIPTED(s)) || \
  ((a) == A_DISPUTE && FROM_DISPUTE(s)) || \
  ((a) == A_SETTLE_THERE && FROM_SETTLE_THERE(s)) || \
  ((a) == A_SETTLE_BACK && FROM_SETTLE_BACK(s)) || \
  ((a) == A_COME_BACK && FROM_COME_BACK(s)) || \
  ((a) == A_GIVE_BACK && FROM_GIVE_BACK(s)) || \
  ((a) == A_REPORT_DESTROYED && FROM_REPORT_DESTROYED(s)) || \
  ((a) == A_DESTROY && FROM_DESTROY(s)) || \
  ((a) == A_MISS && FROM_MISS(s)) || \
  ((a) == A_DECLARE_LOST && FROM_DECLARE_LOST(s)) || \
  ((a) == A_FIND && FROM_FIND(s)) || \
  ((a) == A_COMPROMISE && FROM_COMPROMISE(s)) || \
  ((a) == A_CONTAIN && FROM_CONTAIN(s)) || \
  ((a) == A_DECLASSIFY && FROM_DECLASSIFY(s)) || \
  ((a) == A_SHOW && FROM_SHOW(s)) || \
  ((a) == A_CORRECT && FROM_CORRECT(s)) || \
  ((a) == A_ROUTE && FROM_ROUTE(s)) || \
  ((a) == A_CANCEL && FROM_CANCEL(s)) || \
  false)

/* Where it leads; k is the state that `miss` kept. */
#define TO(a, s, k) ( \
  (a) == A_ALLOT -> ALLOTTED : ( \
  (a) == A_ACCEPT -> IN_REGISTRY : ( \
  (a) == A_VOID -> VOID : ( \
  (a) == A_PRINT -> PRINTED : ( \
  (a) == A_REPRINT -> ALLOTTED : ( \
  (a) == A_VERIFY -> IN_REGISTRY : ( \
  (a) == A_ISSUE -> ISSUED : ( \
  (a) == A_HAND_OVER -> ISSUED : ( \
  (a) == A_RETURN -> IN_REGISTRY : ( \
  (a) == A_FILE -> FILED : ( \
  (a) == A_CHARGE_OUT -> IN_REGISTRY : ( \
  (a) == A_DISPATCH -> IN_TRANSIT : ( \
  (a) == A_RECEIPTED -> WITH_OFFICE : ( \
  (a) == A_DISPUTE -> DISPUTED : ( \
  (a) == A_SETTLE_THERE -> WITH_OFFICE : ( \
  (a) == A_SETTLE_BACK -> IN_REGISTRY : ( \
  (a) == A_COME_BACK -> IN_REGISTRY : ( \
  (a) == A_GIVE_BACK -> GIVEN_BACK : ( \
  (a) == A_REPORT_DESTROYED -> DESTROYED : ( \
  (a) == A_DESTROY -> DESTROYED : ( \
  (a) == A_MISS -> MISSING : ( \
  (a) == A_DECLARE_LOST -> LOST : ( \
  (a) == A_FIND -> (k) : ( \
  (s)))))))))))))))))))))))))
