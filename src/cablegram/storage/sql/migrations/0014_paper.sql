-- Paper from offices without Cablegram (docs/spec/custody.md, `accept`): the number it bears there
-- as it is written, and its day.

alter table "copies" add column "owner_number" text not null default '';
alter table "copies" add column "dated_at" text not null default '';

create index "copies_by_owner_number" on "copies" ("owner_number", "handle")
  where "owner_number" > '';
