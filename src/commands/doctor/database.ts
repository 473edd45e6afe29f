import type { Finding } from "../../report/findings-text.ts";
import { StoreFault } from "../../store/port.ts";
import type { DatabaseFacts, Right } from "../../store/postgres/facts.ts";
import { BudgetError } from "../../values/errors.ts";
import { attempt } from "../operation/attempt.ts";
import type { Ports } from "../operation/ports.ts";
import { clockFinding } from "./clock.ts";
import { findingOf } from "./finding-of.ts";

/** The oldest PostgreSQL that the books are tested with. */
const OLDEST = 15;

/** The tables of the books; the others are for readers. */
const BOOKS = ["books", "entries", "documents"];

const MIGRATE = "token-budget database migrate";
const GRANTS = `${MIGRATE} --writer ROLE`;

/** What is found in a database, and whether it is worth looking at the books in it. */
export type DatabaseExamined = { readonly findings: readonly Finding[]; readonly isReadable: boolean };

/** Examines connection, tables and rights, and writes nothing. No finding has a part of the URL. */
export async function examineDatabase(databaseOf: NonNullable<Ports["databaseOf"]>): Promise<DatabaseExamined> {
  const facts = await attempt(() => databaseOf());
  if (facts instanceof BudgetError) {
    const isOutOfReach = facts.cause instanceof StoreFault;
    const finding = findingOf("Database", facts);
    return { findings: [isOutOfReach ? { ...finding, tone: "bad" } : finding], isReadable: false };
  }
  const { areTablesThere, tables } = facts;
  const isReadable =
    areTablesThere && tables?.missing.length === 0 && !BOOKS.some((on) => isLacking(facts, on, "SELECT"));
  return { findings: databaseFindings(facts), isReadable };
}

/** What a database's facts mean, and what to do. */
export function databaseFindings(facts: DatabaseFacts): Finding[] {
  return [
    ...serverFindings(facts),
    ...tablesFindings(facts),
    ...(facts.areTablesThere ? roleFindings(facts) : []),
    ...policyFinding(facts),
    clockFinding({ whose: "the database's", theirsMs: facts.databaseMs, machineMs: facts.machineMs }),
  ];
}

const LINKS: Readonly<Record<DatabaseFacts["link"], string>> = {
  tls: "with TLS, its certificate and name verified",
  loopback: "on this machine, without TLS",
  socket: "through a Unix socket",
};

function serverFindings({ link, server, serverNumber, ...facts }: DatabaseFacts): Finding[] {
  const about = "Database";
  const pooler =
    facts.pooler === "transactions" ? " A pooler is between: its transaction mode and its session mode both work." : "";
  const found: Finding[] = [{ tone: "good", about, text: `connected ${LINKS[link]}: PostgreSQL ${server}.${pooler}` }];
  if (serverNumber < OLDEST * 10_000) {
    const text = `PostgreSQL ${server} is older than ${OLDEST}: the books aren't tested with it.`;
    found.push({ tone: "warn", about, text, fix: { text: `Upgrade the server to PostgreSQL ${OLDEST} or newer.` } });
  }
  if (facts.pooler === "statements") {
    const text = "the pooler in between is in statement mode, which keeps no transaction open: nothing can be booked.";
    found.push({ tone: "bad", about, text, fix: { text: "Set its pool_mode to transaction for this database." } });
  }
  if (facts.isStandby) {
    const fix = { text: "Put the address of the primary server into the URL." };
    found.push({ tone: "bad", about, text: "the server is a standby, which takes no writes.", fix });
  }
  return found;
}

function tablesFindings({ areTablesThere, tables, known }: DatabaseFacts): Finding[] {
  const about = "Tables";
  if (!areTablesThere) {
    const fix = {
      text: "With the URL of the database's owner, run:",
      code: `${MIGRATE} --books NAME --repository owner/name`,
    };
    return [{ tone: "bad", about, text: "the database has none of token-budget.", fix }];
  }
  // What hides their version is a right that the role lacks.
  if (tables === undefined) return [];
  const { version, missing } = tables;
  if (missing.length > 0) {
    const names = and(missing.map((name) => `"${name}"`));
    const text = `version ${version}, and this release needs ${known}: ${names} ${missing.length === 1 ? "is" : "are"} missing.`;
    const fix = { text: "With the URL of the tables' owner, run this, then the GRANTs that it prints:", code: MIGRATE };
    return [{ tone: "bad", about, text, fix }];
  }
  const newer = version > known ? ", made by a newer release" : "";
  return [{ tone: "good", about, text: `up to date: version ${version}${newer}.` }];
}

const ABOUT_ROLE = "Role";

function roleFindings(facts: DatabaseFacts): Finding[] {
  const { role, lacking, besides } = facts;
  const more = role === "writer" ? besidesFinding(besides) : ownerFinding(role);
  if (lacking.length > 0) return [lackingFinding(facts), ...more];
  if (more.length > 0) return more;
  return [{ tone: "good", about: ABOUT_ROLE, text: "it has the printed rights, and no more." }];
}

function lackingFinding(facts: DatabaseFacts): Finding {
  const isOfReaders = BOOKS.every((on) => !isLacking(facts, on));
  return {
    tone: isOfReaders ? "warn" : "bad",
    about: ABOUT_ROLE,
    text: `it lacks ${rightsText(facts.lacking)}.`,
    fix: {
      text: "As the tables' owner, run the GRANTs that this prints, with the role's name for ROLE:",
      code: GRANTS,
    },
  };
}

/** Whether the role lacks a right to a table, or any; without the schema it has none. */
function isLacking({ lacking }: DatabaseFacts, on: string, right?: string): boolean {
  return lacking.some((one) => one.on === "" || (one.on === on && (right ?? one.right) === one.right));
}

const HARM = "change or delete ledger lines, and change which repository has the policy";

function ownerFinding(role: "superuser" | "owner"): Finding[] {
  const what = role === "superuser" ? "it is a superuser" : "it owns the tables";
  return [
    {
      tone: "warn",
      about: ABOUT_ROLE,
      text: `${what}: whoever has its URL may ${HARM}.`,
      fix: { text: "Give workflows a separate role, with the rights that this prints and no more:", code: GRANTS },
    },
  ];
}

function besidesFinding(besides: readonly Right[]): Finding[] {
  if (besides.length === 0) return [];
  const may = (on: string, ...rights: readonly string[]) =>
    besides.some((one) => one.on === on && rights.some((right) => one.right.startsWith(right)));
  const harm = [
    ...(may("entries", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER") ? ["change or delete ledger lines"] : []),
    ...(may("books", "UPDATE (policy_repository)") ? ["change which repository has the policy"] : []),
    ...(may("books", "INSERT", "DELETE", "TRUNCATE", "UPDATE (name)") ? ["make or delete books"] : []),
    ...(may("documents", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER") ? ["change issued statements"] : []),
  ];
  const text = `it has more rights than it needs: ${rightsText(besides)}.${harm.length === 0 ? "" : ` Whoever has its URL may ${and(harm)}.`}`;
  const fix = {
    text: "As the tables' owner, take them from the role, or from PUBLIC or the role that it has them from:",
    code: revokes(besides).join("\n"),
  };
  return [{ tone: "warn", about: ABOUT_ROLE, text, fix }];
}

/** What takes rights away; a right to a table includes its columns, so those of a writer are given again. */
function revokes(besides: readonly Right[]): string[] {
  return [...byPlace(besides)].flatMap(([on, rights]) => {
    const isColumns = rights.some((right) => right.startsWith("UPDATE ("));
    const whole = [...rights.filter((right) => !right.startsWith("UPDATE (")), ...(isColumns ? ["UPDATE"] : [])];
    const where = on === "" ? "SCHEMA token_budget" : `token_budget.${on}`;
    return [
      `REVOKE ${whole.join(", ")} ON ${where} FROM ROLE;`,
      ...(isColumns ? ["GRANT UPDATE (version, state, updated_at) ON token_budget.books TO ROLE;"] : []),
    ];
  });
}

function rightsText(rights: readonly Right[]): string {
  const texts = [...byPlace(rights)].map(
    ([on, names]) => `${names.join(", ")} on ${on === "" ? "the schema token_budget" : on}`,
  );
  return texts.join("; ");
}

function byPlace(rights: readonly Right[]): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, string[]>();
  for (const { right, on } of rights) places.set(on, [...(places.get(on) ?? []), right]);
  return places;
}

function and(texts: readonly string[]): string {
  return new Intl.ListFormat("en").format(texts);
}

function policyFinding({ policyRepository }: DatabaseFacts): Finding[] {
  const about = "Books";
  if (policyRepository === undefined) return [];
  if (policyRepository !== null) {
    const text = `${policyRepository} has their policy and decides who may change them.`;
    return [{ tone: "good", about, text }];
  }
  const text =
    "no repository has their policy: runs are decided by their inputs alone, and nobody may reset or adjust.";
  const fix = {
    text: "With the URL of the tables' owner, run:",
    code: `${MIGRATE} --books NAME --repository owner/name`,
  };
  return [{ tone: "warn", about, text, fix }];
}
