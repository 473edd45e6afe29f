export * from "./2294.js";
