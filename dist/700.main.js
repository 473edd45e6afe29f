export * from "./700.js";
