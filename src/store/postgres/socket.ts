import { connect, isIP, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import type { Address } from "./address.ts";

/** Asks the server to continue with TLS: https://www.postgresql.org/docs/current/protocol-message-formats.html. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const YES = "S";

/** Whom to trust. */
export type Trust = {
  /** Certificate authorities, in PEM; Node's own if left out. */
  readonly ca?: readonly string[] | undefined;
};

/** The server has no TLS, or answered something else than PostgreSQL does. */
export class NoTls extends Error {}

/** A connection to a database's server, encrypted where the address says so. Rejects with an error of Node's. */
export async function openSocket(address: Address, trust: Trust, signal: AbortSignal): Promise<Socket> {
  const { host, port, isSocket, isTls } = address;
  const plain = isSocket ? connect(host) : connect({ host, port, noDelay: true });
  const close = () => plain.destroy();
  signal.addEventListener("abort", close, { once: true });
  try {
    await happens(plain, "connect");
    return isTls ? await secured(plain, host, trust) : plain;
  } catch (error) {
    plain.destroy();
    throw error;
  } finally {
    signal.removeEventListener("abort", close);
  }
}

async function secured(plain: Socket, host: string, { ca }: Trust): Promise<Socket> {
  plain.write(SSL_REQUEST);
  const answer = (await happens(plain, "data")) as Buffer;
  // Anything after the answer was sent by someone in between, before encryption.
  if (answer.toString("latin1") !== YES) throw new NoTls("the server offers no TLS");
  const name = isIP(host) === 0 ? { servername: host } : {};
  // Variables of the environment can't turn this off.
  const secure = connectSecurely({ socket: plain, host, ...name, ca: ca?.slice(), rejectUnauthorized: true });
  await happens(secure, "secureConnect");
  return secure;
}

/** The first value of an event. Rejects if the socket fails or closes before it. */
function happens(socket: Socket, event: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      socket.off(event, onEvent).off("error", onError).off("close", onClose);
      finish();
    };
    const onEvent = (value: unknown) => settle(() => resolve(value));
    const onError = (error: Error) => settle(() => reject(error));
    const onClose = () => settle(() => reject(new Error("the connection was closed")));
    socket.on(event, onEvent).on("error", onError).on("close", onClose);
  });
}
