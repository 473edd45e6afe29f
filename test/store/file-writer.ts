import { ledgerFileFor } from "../../src/store/files/paths.ts";
import { fileStore } from "../../src/store/folder/store.ts";
import { patient } from "../support/pace/pace.ts";

/** A process of its own that books so many lines: node file-writer.ts FOLDER NAME TIMES. */
const [folder = "", name = "", times = "0"] = process.argv.slice(2);
const store = fileStore({ folder, path: "token_budget.json", now: Date.now, lockWaitMs: patient(60_000) });

for (let time = 0; time < Number(times); time += 1) {
  await store.exclusively(async () => {
    const snapshot = await store.read();
    const id = `${name}-${time}`;
    const line = `${JSON.stringify({ id })}\n`;
    const { path, text } = ledgerFileFor(snapshot.ledger, "token_budget/ledger", {
      hour: snapshot.hour,
      addedBytes: line.length,
    });
    const file = path.slice("token_budget/ledger/".length);
    const booked = JSON.parse(snapshot.state ?? '{"booked":0}').booked + 1;
    const state = JSON.stringify({ booked, last_entry: { file, id, at: snapshot.readAt } });
    const result = await store.commit(snapshot, {
      state,
      ledger: { path, text: text + line },
      page: null,
      message: id,
    });
    if (result.kind !== "committed") throw new Error(`${id} met a conflict under the lock`);
  });
}
