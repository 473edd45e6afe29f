// The context of @actions/github alone, which the package exports only together with its HTTP client.
export { Context } from "../../node_modules/@actions/github/lib/context.js";
