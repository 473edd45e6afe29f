export * from "./2226.js";
