-- Letters about a letter (docs/spec/letter.md): recall, query, correction, cancellation.

alter table "telegrams" add column "kind" text not null default '';
create index "telegrams_by_about" on "telegrams" ("reply_to", "kind", "handle")
  where "reply_to" > '';
create index "telegrams_by_kind" on "telegrams" ("kind", "handle")
  where "kind" > '';
