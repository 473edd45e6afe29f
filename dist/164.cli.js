export * from "./164.js";
