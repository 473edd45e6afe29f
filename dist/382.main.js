export * from "./382.js";
