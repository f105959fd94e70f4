-- Reviews are open until what they decided is done (docs/spec/year.md, "Reviews").

drop table "reviews";
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
  "state" text not null,
  primary key ("number")
) strict, without rowid;
create index "reviews_by_telegram" on "reviews" ("telegram", "what", "number");
create index "reviews_by_state" on "reviews" ("state", "what", "decision", "until_at", "number");
