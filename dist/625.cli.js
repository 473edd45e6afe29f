export * from "./625.js";
