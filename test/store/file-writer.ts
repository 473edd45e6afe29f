import { fileStore } from "../../src/store/folder/store.ts";
import { patient } from "../support/pace/pace.ts";
import { write } from "./store-contract.ts";

/** A separate process that books so many entries: node file-writer.ts FOLDER NAME TIMES. */
const [folder = "", name = "", times = "0"] = process.argv.slice(2);
const store = fileStore({ folder, path: "token_budget.json", now: Date.now, lockWaitMs: patient(60_000) });

for (let time = 0; time < Number(times); time += 1) {
  const result = await write(store, `${name}-${time}`);
  if (result.kind !== "committed") throw new Error(`${name}-${time} met a conflict under the lock`);
}
