import pc from "picocolors";
import { expect, it } from "vitest";
import { databaseFindings } from "../../../src/commands/doctor/database.ts";
import { renderFindingsTerminal } from "../../../src/report/findings-text.ts";
import type { DatabaseFacts } from "../../../src/store/postgres/facts.ts";

const NOW = Date.parse("2026-02-14T12:00:00Z");

const FACTS: DatabaseFacts = {
  ...{ link: "tls", server: "16.4", serverNumber: 160_004, isStandby: false, pooler: "none" },
  ...{ areTablesThere: true, tables: { version: 2, missing: [] }, known: 2, role: "writer", lacking: [], besides: [] },
  ...{ policyRepository: "octo-org/budget", databaseMs: NOW, machineMs: NOW + 400 },
};

const AS_SUPERUSER: Partial<DatabaseFacts> = {
  role: "superuser",
  besides: [
    { right: "CREATE", on: "" },
    { right: "DELETE", on: "entries" },
  ],
};

/** Databases to be examined, by what a heading says of them. */
const DATABASES: readonly (readonly [string, Partial<DatabaseFacts>])[] = [
  ["All as it should be, through a pooler", { pooler: "transactions" }],
  ["Books without a repository, on this machine", { link: "loopback", policyRepository: null }],
  [
    "An empty database",
    { link: "socket", areTablesThere: false, tables: undefined, policyRepository: undefined, ...AS_SUPERUSER },
  ],
  ["A release that is newer than the tables", { tables: { version: 1, missing: ["budget lines as rows"] } }],
  ["A release that is older", { tables: { version: 3, missing: [] } }],
  [
    "Rights that are missing",
    {
      lacking: [
        { right: "INSERT", on: "documents" },
        { right: "SELECT", on: "usage_lines" },
        { right: "UPDATE (state)", on: "books" },
      ],
    },
  ],
  ["A view that is missing for readers", { lacking: [{ right: "SELECT", on: "days" }] }],
  [
    "Rights that nobody needs",
    {
      besides: [
        { right: "CREATE", on: "" },
        { right: "DELETE", on: "books" },
        { right: "UPDATE", on: "entries" },
        { right: "DELETE", on: "entries" },
        { right: "UPDATE (name)", on: "books" },
        { right: "UPDATE (policy_repository)", on: "books" },
      ],
    },
  ],
  ["The superuser's URL", AS_SUPERUSER],
  ["The owner's URL", { role: "owner" }],
  ["A pooler in statement mode", { pooler: "statements" }],
  [
    "A server that shouldn't be written to",
    { server: "14.2", serverNumber: 140_002, isStandby: true, databaseMs: NOW - 300_000 },
  ],
];

it.each([60, 100])("shows a database at %i columns as it was reviewed", async (width) => {
  const terminal = { colors: pc.createColors(false), width };
  const screens = DATABASES.map(
    ([heading, facts]) => `# ${heading}\n${renderFindingsTerminal(databaseFindings({ ...FACTS, ...facts }), terminal)}`,
  );
  await expect(screens.join("\n")).toMatchFileSnapshot(`../../edges/terminal/screens/doctor-database.${width}.txt`);
});
