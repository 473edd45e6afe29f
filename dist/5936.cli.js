export * from "./5936.js";
