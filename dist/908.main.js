export * from "./908.js";
