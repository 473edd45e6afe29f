export * from "./226.js";
