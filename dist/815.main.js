export * from "./815.js";
