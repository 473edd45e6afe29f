// Preloaded by programs that run as they are in src/: they find what only the bundler finds otherwise.
import { registerHooks } from "node:module";

const CONTEXT = new URL("../../../scripts/stand-ins/github-context.ts", import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "@actions/github/lib/context") return next(CONTEXT, context);
    const resolved = next(specifier, context);
    return resolved.url.endsWith(".json") ? { ...resolved, importAttributes: { type: "json" } } : resolved;
  },
});
