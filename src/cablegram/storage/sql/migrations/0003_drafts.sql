-- Drafts with who drafted them, waiting to be cleared and released (docs/spec/clearing.md).

create table "drafts" (
  "digest" text not null,
  "handle" text not null,
  "number" integer not null,
  "drafter" text not null,
  "drafted_at" text not null,
  "series" text not null,
  "level" text not null,
  "to" text not null,
  "state" text not null,
  "telegram" text not null,
  primary key ("digest")
) strict, without rowid;
create index "drafts_by_number" on "drafts" ("number", "digest");
create index "drafts_by_state" on "drafts" ("state", "number", "digest");
