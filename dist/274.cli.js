export * from "./274.js";
