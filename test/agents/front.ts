import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A request to a model as it came back from a meter. */
export type Passed = {
  /** What of Claude Code made it: "main", "subagent". */
  readonly part: string;
  /** How often its library had tried it before. */
  readonly tries: number;
  readonly status: number;
};

/** Stands before a meter and notes what is asked of it, refused or not. */
export type Front = { readonly base: string; readonly passed: Passed[]; readonly stop: () => Promise<void> };

export async function startFront(meter: string): Promise<Front> {
  const passed: Passed[] = [];
  const server = createServer((asked, answer) => {
    const { method = "", url = "", headers } = asked;
    const onward = request(
      `${meter}${url}`,
      { method, headers: { ...headers, host: new URL(meter).host } },
      (answered) => {
        const { statusCode: status = 0 } = answered;
        if (/\/messages(\?|$)/.test(url))
          passed.push({
            part: String(headers["x-claude-code-request-class"]),
            tries: Number(headers["x-stainless-retry-count"]),
            status,
          });
        answer.writeHead(status, answered.headers);
        answered.pipe(answer);
      },
    );
    onward.on("error", () => answer.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
