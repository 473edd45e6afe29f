import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";

/** A PostgreSQL for tests. Its superuser owns nothing of the tests': they make roles. */
export type PostgresServer = {
  /** The URL of a database for a role, its superuser's if left out. */
  readonly urlOf: (database: string, role?: { readonly user: string; readonly password: string }) => string;
  readonly port: number;
  /** Ends it at once, as a crash does; null for a server that isn't ours. */
  readonly crash: (() => Promise<void>) | null;
  readonly start: () => Promise<void>;
  /** Runs SQL as superuser. */
  readonly run: (sql: string, database?: string) => Promise<readonly Record<string, unknown>[]>;
};

const LEAST_VERSION = 15;

/** The tests' user may not be root: PostgreSQL refuses it. */
const ORDINARY_USER = "nobody";

const { TEST_DATABASE_URL: GIVEN } = process.env;

/** Where PostgreSQL's programs are; undefined if there is none that is new enough. */
const BIN = binFolder();

/** Why there is no PostgreSQL here; undefined if there is one. */
export const NO_POSTGRES: string | undefined =
  GIVEN !== undefined || BIN !== undefined
    ? undefined
    : `there is no PostgreSQL ${LEAST_VERSION} or newer here: apt-get install postgresql, or set TEST_DATABASE_URL`;

function binFolder(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian)
    ? readdirSync(debian)
        .map(Number)
        .filter((one) => one >= LEAST_VERSION)
    : [];
  const newest = versions.toSorted((a, b) => b - a).map((version) => join(debian, String(version), "bin"));
  const others = ["/opt/homebrew/opt/postgresql/bin", "/usr/local/opt/postgresql/bin", "/usr/bin", "/usr/local/bin"];
  return [...newest, ...others].find((folder) => existsSync(join(folder, "initdb")) && isNewEnough(folder));
}

function isNewEnough(folder: string): boolean {
  const [, version] = /(\d+)/.exec(execFileSync(join(folder, "postgres"), ["--version"], { encoding: "utf8" })) ?? [];
  return Number(version) >= LEAST_VERSION;
}

let shared: Promise<PostgresServer> | undefined;

/** The server that the files of this process share. */
export function sharedServer(): Promise<PostgresServer> {
  shared ??= GIVEN === undefined ? startServer() : Promise.resolve(serverAt(GIVEN));
  return shared;
}

let databases = 0;

/** A new database on it, empty. */
export async function newDatabase(server: PostgresServer): Promise<string> {
  databases += 1;
  const name = `test_${process.pid}_${databases}_${Math.random().toString(36).slice(2, 8)}`;
  await server.run(`create database ${name}`);
  return name;
}

/** A server of its own, in a temporary folder, as an ordinary user, on a free port. It ends with this process. */
export async function startServer(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  if (BIN === undefined) throw new Error(NO_POSTGRES);
  const folder = mkdtempSync(join(tmpdir(), "token-budget-postgres-"));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(folder, ...ordinaryIds());
  const data = join(folder, "data");
  const asUser = isRoot ? ["setpriv", `--reuid=${ORDINARY_USER}`, "--clear-groups", "--regid=nogroup"] : [];
  const ran = (program: string, ...args: string[]) => [...asUser, join(BIN, program), ...args];
  const [command = "", ...args] = ran(
    "initdb",
    "-D",
    data,
    "-U",
    "postgres",
    "-A",
    "trust",
    "-E",
    "UTF8",
    "--no-sync",
    "--no-instructions",
    "--locale=C",
  );
  execFileSync(command, args, { stdio: ["ignore", "ignore", "inherit"], cwd: folder });
  const port = await freePort();
  const given = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: folder,
    fsync: "off",
    shared_buffers: "32MB",
    max_connections: "150",
    ...settings,
  };
  const options = Object.entries(given).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  // The shell notices the end of this process, however it ends, and ends the server.
  const script = `trap '' INT TERM; "$@" & server=$!; read -r _; kill -QUIT $server 2>/dev/null; wait $server; rm -rf '${folder}'`;
  const start = async () => {
    const [program = "", ...rest] = ran("postgres", "-D", data, "-p", String(port), ...options);
    keeper = spawn("sh", ["-c", script, "sh", program, ...rest], {
      stdio: ["pipe", "ignore", "ignore"],
      cwd: folder,
      detached: true,
    });
    keeper.unref();
    (keeper.stdin as unknown as { unref?: () => void }).unref?.();
    await untilReady(server);
  };
  let keeper: ReturnType<typeof spawn> | undefined;
  const server: PostgresServer = {
    ...serverAt(`postgresql://postgres@127.0.0.1:${port}/postgres`),
    port,
    start,
    crash: async () => {
      const [program = "", ...rest] = ran("pg_ctl", "stop", "-D", data, "-m", "immediate", "-w");
      execFileSync(program, rest, { stdio: "ignore", cwd: folder });
    },
  };
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await start();
  return server;
}

function ordinaryIds(): [number, number] {
  const id = (flag: string) => Number(execFileSync("id", [flag, ORDINARY_USER], { encoding: "utf8" }));
  return [id("-u"), id("-g")];
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
  return {
    urlOf,
    port: Number(new URL(url).port || 5432),
    crash: null,
    start: async () => {},
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

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { readonly port: number };
      probe.close(() => resolve(port));
    });
  });
}
