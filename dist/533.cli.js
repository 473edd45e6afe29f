export * from "./533.js";
