import { describe } from "vitest";
import { MemoryStore } from "./memory-store.ts";
import { describeStore } from "./store-contract.ts";

describe("the store in memory", () => {
  describeStore(async () => {
    const store = new MemoryStore({});
    return {
      store,
      other: () => store,
      setNow: (instant) => {
        store.now = instant;
      },
      putState: async (content) => store.put({ state: content.toString() }),
      putLine: async (line) => store.put({ lines: [...store.lines, line] }),
      putPolicy: async (path, text) => {
        store.policy = { path, text };
      },
    };
  });
});
