export * from "./5638.js";
