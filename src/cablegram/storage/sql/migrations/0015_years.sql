-- Closed years and reviews (docs/spec/year.md).

create table "years" (
  "year" integer not null,
  "series" text not null,
  "statement" blob not null,
  "officer" text not null,
  "second" text not null,
  "closed_at" text not null,
  "leaf_index" integer not null,
  primary key ("year", "series")
) strict;

create table "reviews" (
  "number" integer not null,
  "telegram" text not null,
  "what" text not null,
  "decision" text not null,
  "until_at" text not null,
  "level" text not null,
  "at" text not null,
  "officer" text not null,
  "leaf_index" integer not null,
  primary key ("number")
) strict, without rowid;
create index "reviews_by_telegram" on "reviews" ("telegram", "what", "number");
create index "reviews_by_until" on "reviews" ("what", "decision", "until_at", "number");

create index "telegrams_by_filed" on "telegrams" ("filed_at", "handle");
