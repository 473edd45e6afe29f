import { VIEWS } from "./views.ts";

/** One step of the tables, which never changes once it is released. */
export type Migration = { readonly version: number; readonly name: string; readonly statements: readonly string[] };

/** Every step so far, in order. A step that older releases must not miss also raises `books.format`. */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: "books, entries, documents",
    statements: [
      `create table token_budget.books (
        name text primary key check (name <> ''),
        policy_repository text check (policy_repository ~ '^[^/]+/[^/]+$'),
        version bigint not null default 0,
        format integer not null default 1,
        state text,
        updated_at timestamptz not null default clock_timestamp()
      ) with (fillfactor = 20)`,
      // Each commit writes the state again: what it replaces is cleaned up every few hundred commits.
      `alter table token_budget.books set (
        autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500,
        toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 5000
      )`,
      // Half the time for half a megabyte; a server may be built without it.
      `do $$ begin
        alter table token_budget.books alter column state set compression lz4;
      exception when feature_not_supported then null;
      end $$`,
      `create table token_budget.entries (
        books text not null references token_budget.books (name),
        seq bigint not null,
        id text not null,
        at timestamptz not null,
        month text not null,
        kind text not null,
        cost bigint not null,
        file text not null,
        line text not null,
        doc jsonb not null,
        repeated boolean not null default false,
        hold text generated always as (doc ->> 'hold') stored,
        profile text generated always as (doc ->> 'profile') stored,
        workflow text generated always as (doc #>> '{run,workflow}') stored,
        repository text generated always as (doc #>> '{run,repository}') stored,
        actor text generated always as (doc #>> '{run,actor}') stored,
        result text generated always as (doc ->> 'result') stored,
        tags jsonb generated always as (doc -> 'tags') stored,
        primary key (books, seq)
      )`,
      // A ledger that comes from files may have an id twice, once it was forgotten there.
      "create unique index entries_id on token_budget.entries (books, id) where not repeated",
      "create index entries_at on token_budget.entries (books, at)",
      "create index entries_hold on token_budget.entries (books, hold) where hold is not null",
      "create index entries_tags on token_budget.entries using gin (tags)",
      `create table token_budget.documents (
        books text not null references token_budget.books (name),
        path text not null,
        bytes bytea not null,
        primary key (books, path)
      )`,
      ...VIEWS,
    ],
  },
];
