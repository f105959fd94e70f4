-- Tracers (docs/spec/tracing.md).

create table "tracers" (
  "number" integer not null,
  "kind" text not null,
  "to" text not null,
  "copy" text not null,
  "telegram" text not null,
  "due_at" text not null,
  "nth" integer not null,
  "at" text not null,
  "officer" text not null,
  "leaf_index" integer not null,
  "paper" text not null,
  primary key ("number")
) strict, without rowid;
create index "tracers_by_copy" on "tracers" ("copy", "due_at", "number");
create index "tracers_by_telegram" on "tracers" ("telegram", "to", "number");
