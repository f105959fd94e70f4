-- The outgoing register is read by the moment that a telegram was filed (docs/spec/books.md).

create index "telegrams_by_sent" on "telegrams" ("direction", "filed_at", "handle");
