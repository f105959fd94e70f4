-- Sealed notes, routes and references (docs/spec/books.md, "Paperwork").

create table "notes" (
  "digest" text not null,
  "act" text not null,
  "subject" text not null,
  "leaf_index" integer not null,
  primary key ("digest")
) strict, without rowid;
create index "notes_by_subject" on "notes" ("subject", "leaf_index", "digest");

create table "routes" (
  "copy" text not null,
  "round" integer not null,
  "place" integer not null,
  "person" text not null,
  "hours" integer not null,
  "state" text not null,
  "since" text not null,
  "due_at" text not null,
  "until" text not null,
  "why" text not null,
  primary key ("copy", "round", "place")
) strict, without rowid;
create index "routes_by_state" on "routes" ("state", "due_at", "copy", "round", "place");
create index "routes_by_person" on "routes" ("person", "state", "due_at", "copy", "round", "place");

create table "references" (
  "number" integer not null,
  "telegram" text not null,
  "relation" text not null,
  "at" text not null,
  "leaf_index" integer not null,
  "other" text not null,
  "office" text not null,
  "their_number" text not null,
  primary key ("number")
) strict, without rowid;
create index "references_by_telegram" on "references" ("telegram", "number");
create index "references_by_other" on "references" ("other", "number")
  where "other" > '';
