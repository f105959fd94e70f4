-- Posts with dates, proxies, waivers, and the log of denials (docs/spec/roles.md).

alter table "officers" add column "since_at" text not null default '';
alter table "officers" add column "until_at" text not null default '';
alter table "copies" add column "proxy" text not null default '';
alter table "copies" add column "waiver" text not null default '';

create table "proxies" (
  "holder" text not null,
  "person" text not null,
  "may" text not null,
  "until_at" text not null,
  "since_index" integer not null,
  "until_index" integer not null,
  primary key ("holder", "person", "since_index")
) strict, without rowid;

create table "waivers" (
  "number" integer not null,
  "what" text not null,
  "person" text not null,
  "reason" text not null,
  "until_at" text not null,
  "since_index" integer not null,
  "until_index" integer not null,
  primary key ("number")
) strict, without rowid;

create table "denials" (
  "number" integer not null,
  "at" text not null,
  "order_digest" text not null,
  "officer" text not null,
  "act" text not null,
  "refused" text not null,
  "words" text not null,
  primary key ("number")
) strict, without rowid;
create index "denials_by_order" on "denials" ("order_digest", "number");
