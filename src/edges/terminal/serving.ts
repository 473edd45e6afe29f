import type { InputsOf } from "../../inputs/commands/table.ts";
import { BudgetError } from "../../values/errors.ts";
import type { ServeConsole, Served } from "../serve/serve.ts";

type Program = {
  readonly serve: (inputs: InputsOf<"serve">, console: ServeConsole) => Promise<Served>;
};

const IS_BUILT = import.meta.url.endsWith(".js");
/** A separate program that only the npm package has, beside dist/: scripts/build-serve.ts makes it. */
const PROGRAM = IS_BUILT ? "../serve/serve.js" : "../serve/serve.ts";

/** Serves until it is interrupted, and returns the exit code. Throws a BudgetError for what it can't serve. */
export async function runServer(inputs: InputsOf<"serve">, console: Omit<ServeConsole, "png">): Promise<number> {
  const { serve } = await loaded();
  const png = async (svg: string) => (await import("../machine/png.ts")).pngOf(svg);
  const served = await serve(inputs, { ...console, png });
  // It has its own class of errors.
  if ("refused" in served) throw new BudgetError(served.refused.code, served.refused.message);
  return served.exitCode;
}

async function loaded(): Promise<Program> {
  try {
    return await import(/* webpackIgnore: true */ new URL(PROGRAM, import.meta.url).href);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new BudgetError(
      "bad-input",
      "The server isn't part of the Action. Use the npm package: npx token-budget serve. In a clone of token-budget, run npm ci && npm run build:serve first.",
      { cause: error },
    );
  }
}
