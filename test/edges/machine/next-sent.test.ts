import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { nextSent } from "../../../src/edges/machine/next-sent.ts";

/** A server that answers with what it got, when it is told to. */
async function listening() {
  const asked: string[] = [];
  let answer = () => {};
  const told = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const server = createServer(async (incoming, response) => {
    for await (const chunk of incoming) asked.push(String(chunk));
    await told;
    response.end("done");
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { asked, answer, port: (server.address() as AddressInfo).port };
}

function post(port: number, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method: "POST", agent }, (response) => {
      response.resume().on("end", resolve);
    });
    sent.on("error", reject).end("a question");
  });
}

describe("the next request", () => {
  it("has been sent before its answer comes, on a new and on a kept connection", async () => {
    const { asked, answer, port } = await listening();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const sent = nextSent();
    const first = post(port, agent);
    await sent;
    await expect.poll(() => asked).toEqual(["a question"]);
    answer();
    await first;
    const again = nextSent();
    const second = post(port, agent);
    await again;
    await second;
    expect(asked).toHaveLength(2);
  });

  it("isn't sent where there is none, or where nobody listens", async () => {
    const { answer, port } = await listening();
    answer();
    let isSent = false;
    void nextSent().then(() => {
      isSent = true;
    });
    await expect(post(1, new Agent())).rejects.toThrow("ECONNREFUSED");
    expect(isSent).toBe(false);
    await post(port, new Agent());
    expect(isSent).toBe(false);
  });
});
