-- The first books (docs/spec/books.md): one table for each shelf, a column for each field.
-- Rows that carry bytes lie in tables by row number, all others beside their key.
-- An index ends in the key, as every search does; one on a column that is often not set
-- leaves those rows out.

create table "telegrams" (
  "handle" text not null,
  "direction" text not null,
  "office" text not null,
  "series" text not null,
  "outgoing_number" integer not null,
  "cable_number" integer not null,
  "letter" text not null,
  "sealed" text not null,
  "signatory" text not null,
  "classification" text not null,
  "precedence" text not null,
  "filed_at" text not null,
  "received_at" text not null,
  "opened_at" text not null,
  "opened_by" text not null,
  "return_count" integer not null,
  "return_unit" text not null,
  "return_counted" text not null,
  "return_to" text not null,
  "copies" integer not null,
  "order_digest" text not null,
  "short_content" text not null,
  primary key ("handle")
) strict, without rowid;
create index "telegrams_by_cable" on "telegrams" ("cable_number", "handle");
create index "telegrams_by_outgoing" on "telegrams" ("outgoing_number", "handle");
create index "telegrams_by_letter" on "telegrams" ("letter", "handle");
create index "telegrams_by_order" on "telegrams" ("order_digest", "handle");
create index "telegrams_by_received" on "telegrams" ("direction", "received_at", "handle");

create table "copies" (
  "handle" text not null,
  "telegram" text not null,
  "number" integer not null,
  "made" integer not null,
  "whom" text not null,
  "state" text not null,
  "accountable" text not null,
  "series" text not null,
  "seq" integer not null,
  "holder" text not null,
  "kept_state" text not null,
  "marks" text not null,
  "sheets" integer not null,
  "print_number" integer not null,
  "printed_by" text not null,
  "due_at" text not null,
  "return_to" text not null,
  "limit_at" text not null,
  "limit_to" text not null,
  "owner" text not null,
  "owner_cable" integer not null,
  "owner_copy" integer not null,
  "incoming" text not null,
  "their_incoming" text not null,
  "place" text not null,
  "classification" text not null,
  primary key ("handle")
) strict, without rowid;
create index "copies_by_telegram" on "copies" ("telegram", "number", "handle");
create index "copies_by_state" on "copies" ("state", "due_at", "handle");
create index "copies_by_holder" on "copies" ("holder", "state", "due_at", "handle")
  where "holder" > '';
create index "copies_by_incoming" on "copies" ("incoming", "handle")
  where "incoming" > '';
create index "copies_by_their_incoming" on "copies" ("their_incoming", "handle")
  where "their_incoming" > '';
create index "copies_by_owner" on "copies" ("owner", "owner_cable", "owner_copy", "handle")
  where "owner" > '';
create index "copies_by_print_number" on "copies" ("print_number", "handle");
create index "copies_by_limit" on "copies" ("limit_at", "handle")
  where "limit_at" > '';

create table "print_runs" (
  "number" integer not null,
  "telegram" text not null,
  "officer" text not null,
  "at" text not null,
  "state" text not null,
  "order_digest" text not null,
  primary key ("number")
) strict, without rowid;
create index "print_runs_by_telegram" on "print_runs" ("telegram", "number");

create table "officers" (
  "person" text not null,
  "key" text not null,
  "key_line" text not null,
  "role" text not null,
  "title" text not null,
  "since_index" integer not null,
  "until_index" integer not null,
  "order_digest" text not null,
  "second_digest" text not null,
  primary key ("person", "since_index")
) strict, without rowid;
create index "officers_by_key" on "officers" ("key", "person", "since_index");

create table "persons" (
  "person" text not null,
  "handle" text not null,
  primary key ("person")
) strict, without rowid;

create table "correspondents" (
  "office" text not null,
  "card" blob not null,
  "serial" integer not null,
  "confirmed" integer not null,
  primary key ("office")
) strict;

create table "cover_names" (
  "cover" text not null,
  "person" text not null,
  primary key ("cover")
) strict, without rowid;

create table "settings" (
  "name" text not null,
  "value" blob not null,
  primary key ("name")
) strict;

create table "outgoing" (
  "digest" text not null,
  "office" text not null,
  "kind" text not null,
  "leaf_index" integer not null,
  "laid_at" text not null,
  primary key ("digest", "office")
) strict, without rowid;
create index "outgoing_by_laid" on "outgoing" ("laid_at", "digest", "office");

create table "incoming" (
  "digest" text not null,
  "outer_number" integer not null,
  "claimed" text not null,
  "kind" text not null,
  "taken_in_at" text not null,
  "state" text not null,
  "why" text not null,
  "telegram" text not null,
  primary key ("digest")
) strict, without rowid;
create index "incoming_by_state" on "incoming" ("state", "outer_number", "digest");
create index "incoming_by_outer" on "incoming" ("outer_number", "digest");

create table "circuits" (
  "office" text not null,
  "direction" text not null,
  "number" integer not null,
  "letter" text not null,
  primary key ("office", "direction")
) strict, without rowid;

create table "circuit_items" (
  "office" text not null,
  "direction" text not null,
  "number" integer not null,
  "letter" text not null,
  "previous" text not null,
  "sealed" text not null,
  "telegram" text not null,
  "attempt" integer not null,
  "state" text not null,
  "receipts" text not null,
  primary key ("office", "direction", "number")
) strict, without rowid;
create index "circuit_items_by_letter" on "circuit_items" ("letter", "direction", "office", "number");
create index "circuit_items_by_sealed" on "circuit_items" ("sealed", "office", "direction", "number");
create index "circuit_items_by_state" on "circuit_items" ("state", "office", "number", "direction");
create index "circuit_items_by_telegram" on "circuit_items" ("telegram", "office", "direction", "number");

create table "papers" (
  "digest" text not null,
  "direction" text not null,
  "office" text not null,
  "kind" text not null,
  "number" integer not null,
  "subject" text not null,
  "body" blob not null,
  "signatures" text not null,
  "state" text not null,
  "leaf_index" integer not null,
  primary key ("digest")
) strict;
create index "papers_by_state" on "papers" ("state", "leaf_index", "digest");
create index "papers_by_subject" on "papers" ("subject", "kind", "digest");
create index "papers_by_office" on "papers" ("office", "direction", "number", "digest");

create table "alarms" (
  "number" integer not null,
  "kind" text not null,
  "office" text not null,
  "at" text not null,
  "words" text not null,
  "first" text not null,
  "second" text not null,
  "state" text not null,
  primary key ("number")
) strict, without rowid;
create index "alarms_by_state" on "alarms" ("state", "number");

create table "orders" (
  "digest" text not null,
  "officer" text not null,
  "number" integer not null,
  "act" text not null,
  "body" blob not null,
  "signature" text not null,
  "leaf_index" integer not null,
  primary key ("digest")
) strict;
create index "orders_by_officer" on "orders" ("officer", "number", "digest");
create index "orders_by_act" on "orders" ("act", "leaf_index", "digest");

create table "leaves" (
  "index" integer not null,
  "leaf" blob not null,
  "kind" text not null,
  "act" text not null,
  "subject" text not null,
  "seq" integer not null,
  "entry" blob not null,
  "seed" blob not null,
  primary key ("index")
) strict;
create index "leaves_by_subject" on "leaves" ("subject", "seq", "index");

create table "head" (
  "name" text not null,
  "size" integer not null,
  "root" blob not null,
  "note" blob not null,
  "edge" blob not null,
  primary key ("name")
) strict;

create table "numbers" (
  "kind" text not null,
  "series" text not null,
  "last" integer not null,
  primary key ("kind", "series")
) strict, without rowid;

create table "pages" (
  "key" text not null,
  "answer" blob not null,
  primary key ("key")
) strict;

create table "musters" (
  "number" integer not null,
  "cut_off" text not null,
  "officer" text not null,
  "second" text not null,
  "outcome" blob not null,
  primary key ("number")
) strict;

