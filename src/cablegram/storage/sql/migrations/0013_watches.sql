-- Handovers of the watch (docs/spec/watch.md).

create table "watches" (
  "number" integer not null,
  "outgoing" text not null,
  "incoming" text not null,
  "handed_at" text not null,
  "state" text not null,
  "left" blob not null,
  "leaf_index" integer not null,
  "words" text not null,
  "note" text not null,
  "taken_at" text not null,
  "met" blob not null,
  primary key ("number")
) strict;
