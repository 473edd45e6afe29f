import type { Ports } from "../../commands/operation/ports.ts";
import { stopMeter } from "../../meter/client.ts";
import { meterFile } from "../../meter/setup.ts";
import { putCodexBack } from "../machine/codex-file.ts";
import { hasInner } from "../machine/inner-meter.ts";
import { readMeter } from "../machine/meter-record.ts";
import { joiningById } from "../machine/metered-answers.ts";
import { booksName } from "./caller.ts";
import type { Environment } from "./inputs.ts";
import type { Io } from "./io.ts";
import { meteredInEnvironment } from "./meter-record.ts";
import { type MeterState, recallMeter } from "./meter-state.ts";

/** Ends the meter that the main part started, and takes it out of what it was put into: the ports have its record. */
export async function endMeter(
  { env, io }: { readonly env: Environment; readonly io: Io },
  ports: Ports,
): Promise<Ports> {
  const meter = recallMeter(env);
  if (meter === undefined) return { ...ports, metered: null };
  for (const secret of [meter.secret, meter.control]) io.mask(secret);
  const figures = await stopMeter(meter);
  if (meter.codex !== undefined) await codexBack(io, meter.codex);
  const record = meterFile(meter, "jsonl");
  const from = meteredInEnvironment(env, record, booksName(ports.store.place));
  const files = { record, live: meterFile(meter, "json"), from, figures, isOver: true };
  const read = async () => ({ ...(await readMeter(files, ports.readUsage)), hasInner: hasInner(files.live) });
  // What a step has booked is told from what came later by what its files said then.
  if (from > 0) return { ...ports, metered: read };
  const { answers, ...reading } = await joiningById(ports, record, meter.control);
  return { ...ports, ...reading, metered: async () => ({ ...(await read()), answers }) };
}

async function codexBack(io: Io, codex: NonNullable<MeterState["codex"]>): Promise<void> {
  try {
    await putCodexBack(codex);
  } catch (error) {
    const text = `The meter's lines could not be removed from ${codex.path}: ${(error as Error).message}. Remove openai_base_url there, or Codex asks a meter that has ended.`;
    io.warning(text);
  }
}
