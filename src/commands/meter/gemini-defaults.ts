import { objectIn, objectOf } from "./json-object.ts";

/**
 * Gemini CLI's system defaults with the way of signing in that a base address needs; settings of the user and the
 * project come before them. Text that isn't JSON counts as none.
 */
export function withKeyInGemini(text: string | undefined): string {
  const defaults = objectIn(text);
  const security = objectOf(defaults["security"]);
  const auth = { selectedType: "gemini-api-key", ...objectOf(security["auth"]) };
  return `${JSON.stringify({ ...defaults, security: { ...security, auth } }, null, 2)}\n`;
}
