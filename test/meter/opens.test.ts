import { describe, expect, it } from "vitest";
import { createOpens, type OpenChange } from "../../src/meter/opens.ts";
import { usageLine } from "../../src/usage/usage.ts";

const LEAST = usageLine({ provider: "anthropic", model: "claude-sonnet-4-5", input: 5, requests: 1 });

describe("the open requests of a meter", () => {
  it("are reported together, before anything else happens: an end right after an answer books nothing twice", async () => {
    const changes: OpenChange[] = [];
    const opens = createOpens((change) => changes.push(change));
    const later = new Promise<number>((resolve) => setImmediate(() => resolve(changes.length)));
    const [first, second] = [opens.open(LEAST, undefined), opens.open(LEAST, undefined)];
    await Promise.resolve();
    expect(changes).toHaveLength(1);
    opens.close(first);
    opens.close(second);
    opens.close(second);
    await Promise.resolve();
    expect(changes.slice(1)).toEqual([{ opened: [], closed: [first, second] }]);
    expect(await later).toBe(2);
    expect(opens.count()).toBe(0);
  });
});
