export * from "./419.js";
