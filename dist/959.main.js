export * from "./959.js";
