export * from "./500.js";
