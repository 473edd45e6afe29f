import { Ajv, type ValidateFunction } from "ajv";
import { expect } from "vitest";
import * as z from "zod/mini";
import { outputSchema } from "../../scripts/json-output.ts";

/** A schema of each command that refuses keys that it doesn't name. */
const validators = new Map<string, ValidateFunction>(
  outputSchema.def.options.map((answer) => {
    const [command = ""] = answer.shape.command.def.values;
    return [command, new Ajv().compile(z.toJSONSchema(answer, { io: "output", target: "draft-7" }))];
  }),
);

/** Expects what `--json` printed to be as the published schema says, without undocumented keys. */
export function expectJsonAnswer(text: string): void {
  const answer = JSON.parse(text) as { readonly command: string };
  const validate = validators.get(answer.command);
  expect({ isValid: validate?.(answer), errors: validate?.errors, answer }).toMatchObject({ isValid: true });
  for (const number of numbersIn(answer)) expect(number).toBe(Number(number.toFixed(9)));
}

function numbersIn(value: unknown): readonly number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}
