-- Taking on charge and finding (docs/spec/opening-balance.md, docs/spec/finding.md): lists that
-- were taken, what the words of the books lead to, and a short content of copies from elsewhere.

alter table "copies" add column "short_content" text not null default '';

create table "balances" (
  "source" text not null,
  "batch" integer not null,
  "batches" integer not null,
  "list" text not null,
  "order_digest" text not null,
  "leaf_index" integer not null,
  "telegrams" integer not null,
  "copies" integer not null,
  primary key ("source", "batch")
) strict, without rowid;

create table "finds" (
  "key" text not null,
  "at" text not null,
  "subject" text not null,
  primary key ("key", "at", "subject")
) strict, without rowid;
