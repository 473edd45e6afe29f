import { registerHooks } from "node:module";

const DONE = Symbol.for("token-budget.json-imports");

// GitHub's parsers import JSON as bundlers do; Node wants to be told that it is JSON. Files share a process: once is enough.
if (!Reflect.has(globalThis, DONE)) {
  Reflect.set(globalThis, DONE, true);
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      return resolved.url.endsWith(".json") ? { ...resolved, importAttributes: { type: "json" } } : resolved;
    },
  });
}
