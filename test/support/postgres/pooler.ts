import { chownSync, existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../free-port.ts";
import { keepRunning, NO_POSTGRES, ordinaryUser, type PostgresServer } from "./server.ts";

const PROGRAM = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"].find((path) =>
  existsSync(path),
);

/** Why there is no pooler here; undefined if there is one. */
export const NO_POOLER: string | undefined =
  NO_POSTGRES ?? (PROGRAM === undefined ? "there is no pgbouncer here: apt-get install pgbouncer" : undefined);

export type PoolMode = "transaction" | "session" | "statement";

/** So many connections to the server for each database, however many clients there are. */
export const POOL_SIZE = 5;

/** A pgbouncer before a server, on a free port; it ends with this process. Its clients log in as the superuser. */
export async function startPooler(server: PostgresServer, mode: PoolMode): Promise<{ readonly port: number }> {
  if (PROGRAM === undefined) throw new Error(NO_POOLER);
  const folder = mkdtempSync(join(tmpdir(), "token-budget-pooler-"));
  const { username, password } = new URL(server.urlOf("postgres"));
  const port = await freePort();
  const user = ordinaryUser();
  const settings = {
    ...{ listen_addr: "127.0.0.1", listen_port: port, unix_socket_dir: "", auth_type: "scram-sha-256" },
    ...{ auth_file: join(folder, "users"), pool_mode: mode, default_pool_size: POOL_SIZE, max_client_conn: 300 },
  };
  const written = {
    users: `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"\n`,
    ini: [
      `[databases]\n* = host=${server.host} port=${server.port}\n[pgbouncer]`,
      ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
    ].join("\n"),
  };
  for (const [name, text] of Object.entries(written)) writeFileSync(join(folder, name), text, { mode: 0o600 });
  if (user.ids !== undefined) {
    for (const path of [folder, ...Object.keys(written).map((name) => join(folder, name))])
      chownSync(path, ...user.ids);
  }
  keepRunning(folder, [...user.command, PROGRAM, join(folder, "ini")]);
  for (let tries = 0; !(await answersAt(port)); tries += 1) {
    if (tries > 600) throw new Error("pgbouncer doesn't start");
    await sleep(50);
  }
  return { port };
}

function answersAt(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
