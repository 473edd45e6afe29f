import { registerHooks } from "node:module";

// GitHub's parsers import JSON as bundlers do; Node wants to be told that it is JSON.
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    return resolved.url.endsWith(".json") ? { ...resolved, importAttributes: { type: "json" } } : resolved;
  },
});
