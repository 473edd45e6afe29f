export * from "./4059.js";
