import { connect, createServer, type Socket } from "node:net";

/**
 * What becomes of a statement: it works, never arrives, arrives and its answer is lost, or nobody knows; of a mute one
 * nothing is heard, and the connection stays.
 */
export type Fate = "ok" | "cut before" | "cut after" | "cut while" | "mute";

/** A fate, and what happens once the server has answered. */
export type Met = Fate | { readonly fate: Fate; readonly answered?: () => Promise<void> };

export type PostgresProxy = {
  readonly port: number;
  /** How often a client sent something after an answer, since the last look: after logging in, each is a round trip. */
  readonly roundTrips: () => number;
  /** The statements that came through, since the last look. */
  readonly statements: () => readonly string[];
  /** What becomes of the next statements of a role; their client waits until that is known. */
  fate: (statement: string, user: string) => Met | Promise<Met>;
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
    let user = "";
    let answered: (() => Promise<void>) | undefined;
    let rest: Buffer = Buffer.alloc(0);
    let turn: Promise<void> | undefined;
    const pass = (bytes: Buffer, fate: Fate) => {
      if (fate === "cut before") {
        client.destroy();
        return;
      }
      if (fate === "cut after") isMute = true;
      if (fate === "mute") isLost = true;
      upstream.write(bytes, () => fate === "cut while" && client.destroy());
    };
    const metBy = (met: Met): Fate => {
      if (typeof met === "string") return met;
      answered = met.answered;
      return met.fate;
    };
    client.on("data", (bytes) => {
      if (isAnswered) trips += 1;
      isAnswered = false;
      const found = messagesIn(Buffer.concat([rest, bytes]));
      rest = found.rest;
      user = found.user ?? user;
      statements.push(...found.statements);
      const all = found.statements.map((one) => proxy.fate(one, user));
      const isKnown = turn === undefined && all.every((one) => !(one instanceof Promise));
      if (isKnown) pass(bytes, (all as Met[]).map(metBy).find((one) => one !== "ok") ?? "ok");
      else {
        turn = (turn ?? Promise.resolve()).then(async () => {
          const met = (await Promise.all(all)).map(metBy);
          pass(bytes, met.find((one) => one !== "ok") ?? "ok");
        });
      }
    });
    upstream.on("data", (bytes) => {
      isAnswered = true;
      if (isLost) return;
      if (isMute) void (answered?.() ?? Promise.resolve()).then(() => client.destroy());
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

/** The whole messages in what a client sent, of the simple protocol, who logs in, and what is left of the last one. */
function messagesIn(bytes: Buffer): {
  readonly statements: readonly string[];
  readonly user: string | undefined;
  readonly rest: Buffer;
} {
  const statements: string[] = [];
  let user: string | undefined;
  let at = 0;
  while (bytes.length >= at + 5) {
    const type = bytes[at];
    // The first message has no type: its length comes first.
    const isStartup = type === 0;
    const length = isStartup ? bytes.readUInt32BE(at) : bytes.readUInt32BE(at + 1) + 1;
    if (bytes.length < at + length) break;
    if (isStartup) user = /(?:^|\0)user\0([^\0]*)/.exec(bytes.toString("utf8", at + 8, at + length))?.[1];
    if (type === "Q".charCodeAt(0)) statements.push(bytes.toString("utf8", at + 5, at + length - 1));
    at += length;
  }
  return { statements, user, rest: bytes.subarray(at) };
}
