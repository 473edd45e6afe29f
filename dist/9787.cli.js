export * from "./9787.js";
