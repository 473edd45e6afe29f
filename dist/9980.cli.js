export * from "./9980.js";
