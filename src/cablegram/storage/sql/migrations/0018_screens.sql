-- Copies for the screen (docs/spec/reading.md): whom one is sealed to, as long as it can open.

alter table "copies" add column "screen" text not null default '';

create index "copies_by_screen" on "copies" ("screen", "state", "due_at", "handle")
  where "screen" > '';
create index "copies_by_sealed" on "copies" ("state", "due_at", "handle") where "screen" > '';
