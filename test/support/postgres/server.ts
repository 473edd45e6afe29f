import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { freePort } from "../free-port.ts";
import { SELF_SIGNED } from "../tls/self-signed.ts";

type Role = { readonly user: string; readonly password: string };

/** A PostgreSQL for tests. */
export type PostgresServer = {
  /** The URL of a database for a role, the superuser's if left out. */
  readonly urlOf: (database: string, role?: Role) => string;
  readonly host: string;
  readonly port: number;
  /** Runs SQL as superuser. */
  readonly run: (sql: string, database?: string) => Promise<readonly Record<string, unknown>[]>;
};

/** A server of a test's own, which it may kill. */
export type OwnServer = PostgresServer & {
  /** Ends it without a shutdown, as a crash does. */
  readonly crash: () => void;
  readonly start: () => Promise<void>;
};

const LEAST_VERSION = 15;

/** The tests' user may be root, whom PostgreSQL refuses. */
const ORDINARY_USER = "nobody";

const PASSWORD = "super-Secret!pass";

const { TEST_DATABASE_URL: GIVEN } = process.env;

/** Where PostgreSQL's programs are; undefined if there is none that is new enough. */
const BIN = binFolder();

/** Why there is no PostgreSQL here; undefined if there is one. */
export const NO_POSTGRES: string | undefined = GIVEN === undefined && BIN === undefined ? reasonWithout() : undefined;

/** Why no test can start its own PostgreSQL here; undefined if one can. */
export const NO_OWN_POSTGRES: string | undefined = BIN === undefined ? reasonWithout() : undefined;

function reasonWithout(): string {
  return `there is no PostgreSQL ${LEAST_VERSION} or newer here: apt-get install postgresql, or set TEST_DATABASE_URL`;
}

function binFolder(): string | undefined {
  // Its processes are started and ended in ways that Windows doesn't have.
  if (process.platform === "win32") return undefined;
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).map(Number) : [];
  const newest = versions.toSorted((a, b) => b - a).map((version) => join(debian, String(version), "bin"));
  const others = ["/opt/homebrew/opt/postgresql/bin", "/usr/local/opt/postgresql/bin", "/usr/bin", "/usr/local/bin"];
  return [...newest, ...others].find((folder) => existsSync(join(folder, "initdb")) && isNewEnough(folder));
}

function isNewEnough(folder: string): boolean {
  const said = execFileSync(join(folder, "initdb"), ["--version"], { encoding: "utf8" });
  return Number(/(\d+)/.exec(said)?.[1]) >= LEAST_VERSION;
}

let shared: Promise<PostgresServer> | undefined;

/** The server that the files of this process share. */
export function sharedServer(): Promise<PostgresServer> {
  shared ??= GIVEN === undefined ? startServer() : Promise.resolve(serverAt(GIVEN));
  return shared;
}

/** A name that no other test has. */
export function newName(prefix: string): string {
  return `${prefix}_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
}

/** A new database on it, empty. */
export async function newDatabase(server: PostgresServer): Promise<string> {
  const name = newName("test");
  await server.run(`create database ${name}`);
  return name;
}

const SETTINGS = {
  ...{ listen_addresses: "127.0.0.1", fsync: "off", shared_buffers: "32MB", max_connections: "150" },
  // To compile the views' queries takes longer than they do.
  jit: "off",
};

/**
 * A server in a temporary folder, as an ordinary user, on a free port; it ends with this process. It has TLS with the
 * tests' certificate.
 */
export async function startServer(settings: Readonly<Record<string, string>> = {}): Promise<OwnServer> {
  if (BIN === undefined) throw new Error(NO_OWN_POSTGRES);
  const bin = BIN;
  const folder = mkdtempSync(join(tmpdir(), "token-budget-postgres-"));
  const data = join(folder, "data");
  const user = ordinaryUser();
  const commandFor = (program: string, ...args: string[]) => [...user.command, join(bin, program), ...args];
  const run = ([command = "", ...args]: readonly string[]) =>
    execFileSync(command, args, { stdio: "ignore", cwd: folder });
  for (const [name, text] of Object.entries({
    password: PASSWORD,
    "server.crt": SELF_SIGNED.cert,
    "server.key": SELF_SIGNED.key,
  })) {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    if (user.ids !== undefined) chownSync(join(folder, name), ...user.ids);
  }
  if (user.ids !== undefined) chownSync(folder, ...user.ids);
  const form = [
    "-U",
    "postgres",
    "-A",
    "scram-sha-256",
    `--pwfile=${join(folder, "password")}`,
    "-E",
    "UTF8",
    "--locale=C",
  ];
  run(commandFor("initdb", "-D", data, ...form, "--no-sync", "--no-instructions"));
  const port = await freePort();
  const tls = { ssl: "on", ssl_cert_file: join(folder, "server.crt"), ssl_key_file: join(folder, "server.key") };
  const all = { ...SETTINGS, ...tls, unix_socket_directories: folder, ...settings };
  const options = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = serverAt(`postgresql://postgres:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`);
  const own: OwnServer = {
    ...server,
    crash: () => run(commandFor("pg_ctl", "stop", "-D", data, "-m", "immediate", "-w")),
    start: async () => {
      keepRunning(folder, commandFor("postgres", "-D", data, "-p", String(port), ...options));
      await untilReady(server);
    },
  };
  await own.start();
  return own;
}

/** A shell notices the end of this process, however it ends, and ends the server. */
export function keepRunning(folder: string, command: readonly string[]): void {
  const script = `trap '' INT TERM HUP; "$@" & server=$!; read -r _; kill -QUIT $server 2>/dev/null && wait $server; rm -rf '${folder}'`;
  const keeper = spawn("sh", ["-c", script, "sh", ...command], {
    stdio: ["pipe", "ignore", "ignore"],
    cwd: folder,
    detached: true,
  });
  keeper.unref();
  (keeper.stdin as unknown as { readonly unref: () => void }).unref();
}

/** How to run a program as somebody who isn't root. */
export function ordinaryUser(): {
  readonly command: readonly string[];
  readonly ids: readonly [number, number] | undefined;
} {
  if (process.getuid?.() !== 0) return { command: [], ids: undefined };
  const id = (flag: string) => Number(execFileSync("id", [flag, ORDINARY_USER], { encoding: "utf8" }));
  const ids = [id("-u"), id("-g")] as const;
  return { command: ["setpriv", `--reuid=${ids[0]}`, `--regid=${ids[1]}`, "--clear-groups"], ids };
}

function serverAt(url: string): PostgresServer {
  const urlOf: PostgresServer["urlOf"] = (database, role) => {
    const named = new URL(url);
    named.pathname = `/${database}`;
    if (role !== undefined) {
      named.username = encodeURIComponent(role.user);
      named.password = encodeURIComponent(role.password);
    }
    return named.href;
  };
  const { hostname, port } = new URL(url);
  return {
    urlOf,
    host: hostname,
    port: Number(port || 5432),
    run: async (sql, database) => {
      const client = postgres(database === undefined ? url : urlOf(database), { max: 1, onnotice: () => {} });
      try {
        return (await client.unsafe(sql)) as unknown as readonly Record<string, unknown>[];
      } finally {
        await client.end({ timeout: 1 });
      }
    },
  };
}

async function untilReady(server: PostgresServer): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await server.run("select 1");
      return;
    } catch (error) {
      if (tries > 600) throw error;
      await sleep(100);
    }
  }
}
