import { describe, expect, it } from "vitest";
import type { OutgoingMessage } from "../../../src/books/messages/leases.ts";
import type { State } from "../../../src/books/state.ts";
import { messagePictures } from "../../../src/commands/operation/message-pictures.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { NOW, sampleState } from "../../report/samples.ts";

const message = (kind: OutgoingMessage["kind"], facts: object = {}, at = NOW): OutgoingMessage => ({
  ...{ id: `${kind}-1`, kind, queued_at: at },
  facts: facts as Record<string, unknown>,
});
const snapshot = (change: Partial<State> = {}) => ({
  ...{ version: "v1", at: NOW, lines: [], policy: null, legacy: null },
  state: { kind: "state" as const, state: sampleState(change) },
});
const closed = (month: string, closedBy?: "reset") => ({
  ...{ month, total_spent: nanoOf(3), budget: nanoOf(15), daily_spent: [nanoOf(1), nanoOf(2)] },
  ...(closedBy !== undefined && { closed: closedBy }),
});

/** The descriptions of the pictures by message, what was drawn, and what was logged. */
async function drawn(
  messages: readonly OutgoingMessage[],
  from: ReturnType<typeof snapshot>,
  png = async () => new Uint8Array(10),
) {
  const [svgs, logged]: [string[], string[]] = [[], []];
  const ports = {
    png: async (svg: string) => {
      svgs.push(svg);
      return png();
    },
    redact: (text: string) => text.replaceAll("s3cret", "***"),
    log: (text: string) => void logged.push(text),
  };
  const pictures = await messagePictures(ports, messages, from);
  return { about: Object.fromEntries([...pictures].map(([id, { description }]) => [id, description])), svgs, logged };
}

describe("the pictures of messages", () => {
  it("of one month are drawn once", async () => {
    const { about, svgs } = await drawn([message("exhausted"), message("milestone", { recap: {} })], snapshot());
    expect(Object.keys(about)).toEqual(["exhausted-1", "milestone-1"]);
    expect(svgs).toHaveLength(1);
  });

  it("that wait until the next month show the month that they are about", async () => {
    const january = message("exhausted", {}, "2026-01-30T10:00:00Z");
    const { about } = await drawn([january], snapshot({ history: [closed("2026-01")] as State["history"] }));
    expect(about["exhausted-1"]).toMatch(/^\$3\.00 of \$15\.00 spent in January 2026/);
    expect((await drawn([january], snapshot({ history: [] }))).about).toEqual({});
  });

  it("of a recap show a month that was never reset", async () => {
    const recap = message("recap", { month: "2026-01" });
    const once = [closed("2026-01")] as State["history"];
    const twice = [closed("2026-01", "reset"), closed("2026-01")] as State["history"];
    expect((await drawn([recap], snapshot({ history: once }))).about["recap-1"]).toContain("January 2026");
    expect((await drawn([recap], snapshot({ history: twice }))).about).toEqual({});
  });

  it("of a week's recap show its days, if they are all that it spent", async () => {
    const recap = (spent: number) => message("recap", { month: "2026-02", period: "2026-W06", spent });
    // 2 to 8 February.
    const { about } = await drawn([recap(2.29)], snapshot());
    expect(about["recap-1"]).toMatch(
      /^\$2\.29 in 7 days, \$0\.3271 a day\. Bars of dollars a day from 2026-02-02 to 2026-02-08/,
    );
    expect((await drawn([recap(2.3)], snapshot())).about).toEqual({});
    expect(
      (await drawn([message("recap", { month: "2026-02", period: "2026-02-14", spent: 0.32 })], snapshot())).about,
    ).toEqual({});
  });

  it("are left out with a line of the log if they can't be drawn, or are large", async () => {
    const broken = await drawn([message("exhausted")], snapshot(), () => Promise.reject(new Error("no WebAssembly")));
    expect(broken).toMatchObject({ about: {}, logged: ["The picture of a message is left out: no WebAssembly"] });
    const large = await drawn([message("exhausted")], snapshot(), async () => new Uint8Array(200_000));
    expect(large).toMatchObject({ about: {}, logged: ["The picture of a message is left out: it has 200000 bytes."] });
  });

  it("show no secret", async () => {
    const today = { day: "2026-02-14", profiles: { "s3cret-profile": nanoOf(9) } };
    const daily = { ...sampleState().daily, "2026-02-14": { spent: nanoOf(9), executions: 1, prs: 0 } };
    const { svgs, about } = await drawn([message("anomaly")], snapshot({ today, daily, total_spent: nanoOf(13.91) }));
    expect(about["anomaly-1"]).toContain("driven by profile ***-profile");
    expect(svgs.join()).not.toContain("s3cret");
  });
});
