export * from "./566.js";
