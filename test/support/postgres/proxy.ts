import { connect, createServer, type Socket } from "node:net";

/**
 * What becomes of a statement: it works, never arrives, arrives and its answer is lost, or nobody knows; of a mute one
 * nothing is heard, and the connection stays.
 */
export type Fate = "ok" | "cut before" | "cut after" | "cut while" | "mute";

export type PostgresProxy = {
  readonly port: number;
  /** How often a client sent something after an answer, since the last look: after logging in, each is a round trip. */
  readonly roundTrips: () => number;
  /** The statements that came through, since the last look. */
  readonly statements: () => readonly string[];
  /** What becomes of the next statements. */
  fate: (statement: string) => Fate;
  readonly stop: () => void;
};

/** A proxy before a PostgreSQL without TLS, which counts round trips and cuts connections. */
export async function startProxy(server: { readonly host: string; readonly port: number }): Promise<PostgresProxy> {
  const sockets = new Set<Socket>();
  let trips = 0;
  let statements: string[] = [];
  const listener = createServer((client) => {
    const upstream = connect(server.port, server.host);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket
        .on("error", () => {})
        .on("close", () => {
          sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
    }
    let isAnswered = true;
    let isMute = false;
    let isLost = false;
    let rest: Buffer = Buffer.alloc(0);
    client.on("data", (bytes) => {
      if (isAnswered) trips += 1;
      isAnswered = false;
      const found = statementsIn(Buffer.concat([rest, bytes]));
      rest = found.rest;
      statements.push(...found.statements);
      const fate = found.statements.map((one) => proxy.fate(one)).find((one) => one !== "ok") ?? "ok";
      if (fate === "cut before") {
        client.destroy();
        return;
      }
      if (fate === "cut after") isMute = true;
      if (fate === "mute") isLost = true;
      upstream.write(bytes, () => fate === "cut while" && client.destroy());
    });
    upstream.on("data", (bytes) => {
      isAnswered = true;
      if (isLost) return;
      if (isMute) client.destroy();
      else client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const proxy: PostgresProxy = {
    port: (listener.address() as { readonly port: number }).port,
    roundTrips: () => {
      const before = trips;
      trips = 0;
      return before;
    },
    statements: () => {
      const before = statements;
      statements = [];
      return before;
    },
    fate: () => "ok",
    stop: () => {
      listener.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return proxy;
}

/** The whole messages of the simple protocol in what a client sent, and what is left of the last one. */
function statementsIn(bytes: Buffer): { readonly statements: readonly string[]; readonly rest: Buffer } {
  const statements: string[] = [];
  let at = 0;
  while (bytes.length >= at + 5) {
    const type = bytes[at];
    // The first message has no type: its length comes first.
    const isStartup = type === 0;
    const length = isStartup ? bytes.readUInt32BE(at) : bytes.readUInt32BE(at + 1) + 1;
    if (bytes.length < at + length) break;
    if (type === "Q".charCodeAt(0)) statements.push(bytes.toString("utf8", at + 5, at + length - 1));
    at += length;
  }
  return { statements, rest: bytes.subarray(at) };
}
