-- For registers of millions (docs/spec/books.md): what must leave by when is found by state, so
-- that copies long gone are not passed over one by one; what is not receipted, by its receipts.

drop index "copies_by_limit";
create index "copies_by_limit" on "copies" ("state", "limit_at", "handle")
  where "limit_at" > '';

drop index "circuit_items_by_state";
create index "circuit_items_by_state"
  on "circuit_items" ("state", "receipts", "office", "number", "direction");
