export * from "./3382.js";
