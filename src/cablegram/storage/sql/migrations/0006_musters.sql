-- A muster is opened with what must be there, sighted in sittings and closed by two.

alter table "musters" add column "state" text not null default 'counted';
alter table "musters" add column "size" integer not null default 0;
alter table "musters" add column "scope" blob not null default x'7b7d';
create index "musters_by_state" on "musters" ("state", "number");

create table "muster_lists" (
  "muster" integer not null,
  "number" integer not null,
  "officer" text not null,
  "at" text not null,
  "place" text not null,
  "leaf_index" integer not null,
  "listed" blob not null,
  primary key ("muster", "number")
) strict;
