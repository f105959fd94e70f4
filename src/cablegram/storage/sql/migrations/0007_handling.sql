-- How a telegram is to be handled: whose classification with what categories, caveats, the
-- precedence for those who are told, what it replies to, by when it must be carried out.

alter table "telegrams" add column "policy" text not null default '';
alter table "telegrams" add column "categories" text not null default '';
alter table "telegrams" add column "caveats" text not null default '';
alter table "telegrams" add column "precedence_info" text not null default '';
alter table "telegrams" add column "told" text not null default '';
alter table "telegrams" add column "reply_to" text not null default '';
alter table "telegrams" add column "fulfil_by" text not null default '';
create index "telegrams_by_fulfil" on "telegrams" ("fulfil_by", "handle")
  where "fulfil_by" > '';
