export * from "./8144.js";
