import { describe, expect, it } from "vitest";
import { encodeState } from "../../src/books/file/encode.ts";
import type { Request } from "../../src/books/request.ts";
import type { Settings } from "../../src/books/settings.ts";
import { firstRead } from "../../src/store/first-read.ts";
import { type PatientStore, patientStore } from "../../src/store/patient-store.ts";
import { StoreFault } from "../../src/store/port.ts";
import { orThrow } from "../../src/store/transact.ts";
import { nanoOf } from "../../src/values/money.ts";
import { check, circumstances, freshState, record } from "../books/sample-books.ts";
import { patience, ScriptedStore } from "./scripted-store.ts";

async function run(store: PatientStore, request: Request, settings: Partial<Settings> = {}) {
  const { now: _, operation: __, ...given } = circumstances({ settings });
  const result = await store.transact({
    plan: async () => ({ request, circumstances: given }),
    describe: () => ({ message: request.id, page: null }),
  });
  return orThrow(result);
}

const books = () => new ScriptedStore({ state: encodeState(freshState()) });

describe("a first read that is under way", () => {
  it("is the first operation's, and no later one's", async () => {
    const [store, waiting] = [books(), patience(60_000)];
    const patient = patientStore(store, waiting, firstRead(store, waiting));
    await run(patient, record());
    expect(store).toMatchObject({ readCount: 1, commitCount: 1 });
    await run(patient, check({ id: "hold-2" }));
    expect(store).toMatchObject({ readCount: 2, commitCount: 2 });
  });

  it("that failed is tried again", async () => {
    const [store, waiting] = [books(), patience(60_000)];
    store.reads.push(new StoreFault("502"));
    const patient = patientStore(store, waiting, firstRead(store, waiting));
    await run(patient, record());
    expect(store).toMatchObject({ readCount: 2, commitCount: 1 });
  });

  it("that fails unheard is no error of the process", async () => {
    const store = books();
    store.reads.push(new Error("nobody hears"));
    firstRead(store, patience(60_000));
    await new Promise(setImmediate);
    expect(store.readCount).toBe(1);
  });

  it("that another writer overtook loses the race, and the operation reads again", async () => {
    const [store, waiting] = [books(), patience(60_000)];
    const patient = patientStore(store, waiting, firstRead(store, waiting));
    await run(patientStore(store, patience(60_000)), check({ id: "other" }));
    await run(patient, check({ id: "own" }));
    expect(store).toMatchObject({ readCount: 3, commitCount: 3 });
  });

  it("is too old for an operation that begins much later", async () => {
    const [store, waiting] = [books(), patience(60_000)];
    const patient = patientStore(store, waiting, firstRead(store, waiting));
    await waiting.sleep(10_001);
    await run(patient, record());
    expect(store).toMatchObject({ readCount: 2, commitCount: 1 });
  });

  it("doesn't let a denial rest on books that are older than its question", async () => {
    const [store, waiting] = [books(), patience(60_000)];
    const first = firstRead(store, waiting);
    await waiting.sleep(9_000);
    const denied = await run(patientStore(store, waiting, first), check(), {
      estimate: nanoOf(1_000),
      notify: [],
    });
    expect(denied.answer.admission?.decision).toBe("deny");
    // Without a wait, it could rest on books from 19 seconds ago.
    expect(store).toMatchObject({ readCount: 2, commitCount: 0 });
    expect(waiting.slept.reduce((sum, ms) => sum + ms)).toBeGreaterThan(store.staleMs);
  });
});
