-- What acts on copies leave beside them (docs/spec/books.md, "Paperwork").

create table "hand_receipts" (
  "number" integer not null,
  "copy" text not null,
  "person" text not null,
  "proxy" text not null,
  "sheets" integer not null,
  "given_by" text not null,
  "given_at" text not null,
  "leaf_index" integer not null,
  "state" text not null,
  "paper" text not null,
  "taken_by" text not null,
  "taken_at" text not null,
  "sheets_back" integer not null,
  primary key ("number")
) strict, without rowid;
create index "hand_receipts_by_copy" on "hand_receipts" ("copy", "state", "number");
create index "hand_receipts_by_person" on "hand_receipts" ("person", "state", "number");

create table "tasks" (
  "number" integer not null,
  "copy" text not null,
  "telegram" text not null,
  "person" text not null,
  "due_at" text not null,
  "state" text not null,
  "resolution" text not null,
  "written_by" text not null,
  "entered_by" text not null,
  "at" text not null,
  "leaf_index" integer not null,
  "report" text not null,
  "ended_at" text not null,
  primary key ("number")
) strict, without rowid;
create index "tasks_by_copy" on "tasks" ("copy", "number");
create index "tasks_by_entry" on "tasks" ("leaf_index", "number");
create index "tasks_by_person" on "tasks" ("person", "state", "due_at", "number");
create index "tasks_by_state" on "tasks" ("state", "due_at", "number");
create index "tasks_by_telegram" on "tasks" ("telegram", "number");

create table "inquiries" (
  "number" integer not null,
  "copy" text not null,
  "cause" text not null,
  "opened_at" text not null,
  "leaf_index" integer not null,
  "state" text not null,
  "findings" integer not null,
  "ruling" text not null,
  "closed_at" text not null,
  primary key ("number")
) strict, without rowid;
create index "inquiries_by_copy" on "inquiries" ("copy", "state", "number");
create index "inquiries_by_state" on "inquiries" ("state", "number");

create table "notices" (
  "number" integer not null,
  "to" text not null,
  "kind" text not null,
  "copy" text not null,
  "act" text not null,
  "at" text not null,
  "leaf_index" integer not null,
  "state" text not null,
  "given_at" text not null,
  primary key ("number")
) strict, without rowid;
create index "notices_by_copy" on "notices" ("copy", "number");
create index "notices_by_state" on "notices" ("state", "kind", "to", "number");

create table "certificates" (
  "number" integer not null,
  "act" text not null,
  "at" text not null,
  "officer" text not null,
  "second" text not null,
  "method" text not null,
  "copies" integer not null,
  "sheets" integer not null,
  "order_digest" text not null,
  "leaf_index" integer not null,
  "paper" text not null,
  primary key ("number")
) strict, without rowid;
