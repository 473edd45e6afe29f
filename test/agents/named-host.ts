import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createSecureServer } from "node:tls";
import type { Providers } from "./providers.ts";

/** A proxy on the loopback behind which a provider has its own name, with a certificate of ours. */
export type NamedHost = {
  readonly proxy: string;
  /** The file of the authority that signed the certificate. */
  readonly authority: string;
  readonly stop: () => Promise<void>;
};

/** The stand-in under the name of a provider: what an agent does where its provider isn't a foreign host. */
export async function underName(name: string, providers: Providers): Promise<NamedHost> {
  const folder = mkdtempSync(join(tmpdir(), "named-host-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
      ...["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`, "-keyout", key, "-out", cert],
    ],
    { stdio: "ignore" },
  );
  const secure = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
    socket.on("error", () => {});
    providers.connect(socket);
  });
  const proxy = createServer((_, response) => response.writeHead(403).end());
  proxy.on("connect", (request, socket) => {
    socket.on("error", () => {});
    if (request.url !== `${name}:443`) {
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    secure.emit("connection", socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    authority: cert,
    stop: async () => {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}
