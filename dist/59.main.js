export * from "./59.js";
