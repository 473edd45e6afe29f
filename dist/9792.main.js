export * from "./9792.js";
