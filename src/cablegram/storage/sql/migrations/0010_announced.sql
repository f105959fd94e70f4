-- The copies that other offices' papers speak of (docs/spec/books.md): each line of a transmittal
-- that came in, each receipt that tells a number borne elsewhere.  Papers of before are read here.

create table "paper_items" (
  "paper" text not null,
  "place" integer not null,
  "office" text not null,
  "number" integer not null,
  "kind" text not null,
  "owner" text not null,
  "cable" integer not null,
  "copy" integer not null,
  "state" text not null,
  "incoming" text not null,
  primary key ("paper", "place")
) strict, without rowid;

create index "paper_items_by_copy" on "paper_items" ("owner", "cable", "copy", "paper", "place");
create index "paper_items_by_state"
  on "paper_items" ("state", "office", "number", "place", "paper");
create index "paper_items_by_incoming" on "paper_items" ("incoming", "paper", "place")
  where "incoming" > '';

insert into "paper_items"
select p."digest", i."key" + 1, p."office", p."number", p."kind",
  json_extract(i."value", '$.owner'), json_extract(i."value", '$.cable'),
  json_extract(i."value", '$.copy'), 'open', ''
from "papers" p, json_each(cast(p."body" as text), '$.items') i
where p."direction" = 'in' and p."kind" = 'transmittal';

insert into "paper_items"
select "digest", 1, "office", "number", "kind", json_extract(cast("body" as text), '$.to'),
  json_extract(cast("body" as text), '$.cable'), json_extract(cast("body" as text), '$.copy'),
  'said', json_extract(cast("body" as text), '$.incoming')
from "papers"
where "direction" = 'in' and "kind" = 'receipt'
  and json_extract(cast("body" as text), '$.incoming') > '';

-- What is ours comes back by an act of its own; who we are is the receiver of every such paper.
update "paper_items" set "state" = 'ours'
where "kind" = 'transmittal' and "owner" = (
  select json_extract(cast("body" as text), '$.to') from "papers" where "digest" = "paper"
);
