import { expect, it } from "vitest";
import { encodeEntry } from "../../../src/books/entry.ts";
import { encodeState } from "../../../src/books/file/encode.ts";
import type { Ports } from "../../../src/commands/operation/ports.ts";
import { readReport } from "../../../src/commands/operation/read-report.ts";
import { patientStore } from "../../../src/store/patient-store.ts";
import { spanOf } from "../../../src/values/date-span.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { Bookkeeper, billed, freshState, record, usageOf } from "../../books/sample-books.ts";
import { MemoryStore } from "../../store/memory-store.ts";

const WAITING = { clock: () => 0, sleep: async () => {}, random: () => 0.5, patienceMs: 60_000 };

/** Books with four runs at $1, one of January, whose archive lacks the third one. */
async function withGap() {
  const keeper = new Bookkeeper({ ...freshState(), current_month: "2026-01" });
  for (const [id, now] of [
    ["january", "2026-01-31T22:00:00Z"],
    ["ten", "2026-02-14T10:00:00Z"],
    ["eleven", "2026-02-14T11:00:00Z"],
    ["twelve", "2026-02-14T12:00:00Z"],
  ] as const) {
    keeper.do(record({ id, usage: usageOf(billed(1)) }), { now });
  }
  const store = new MemoryStore({ now: "2026-02-14T13:00:00Z" });
  const lines = keeper.entries.map((entry) => encodeEntry(entry));
  const cut = new MemoryStore({ now: "2026-02-14T13:00:00Z" });
  store.put({ state: encodeState(keeper.state), lines });
  cut.put({ state: encodeState(keeper.state), lines: lines.filter((line) => !line.includes('"eleven"')) });
  const archive = (...asked: Parameters<MemoryStore["ledger"]>) => cut.ledger(...asked);
  return patientStore(Object.assign(store, { archive }), WAITING);
}

it("a file that grows by entries begins again where the archive lacks entries", async () => {
  const store = await withGap();
  const ports = { store, progress: () => {} } as unknown as Ports;
  let [text, restarts] = ["", 0];
  const draft = {
    write: async (more: string | Uint8Array) => {
      text += more;
    },
    restart: async () => {
      text = "";
      restarts += 1;
    },
  };
  const noted: string[] = [];
  const start = () => ({
    head: () => "head",
    note: ({ id }: { readonly id: string }) => void noted.push(id),
    add: ({ id }: { readonly id: string }) => ` ${id}`,
    end: () => " end",
  });
  const period = spanOf("2026-02-14", "2026-02-14");
  if (period === undefined) throw new Error("no span");
  const query = { period, today: "2026-02-14", by: ["model"], timezone: "UTC", sort: "cost" } as const;
  const asked = { snapshot: await store.read(), query, books: {} };
  const { report } = await readReport(ports, asked, { draft, start });
  expect(text).toBe("head ten eleven twelve end");
  expect(restarts).toBe(2);
  expect(noted).toContain("january");
  expect(report.total).toMatchObject({ cost: nanoOf(3), executions: 3 });
});
