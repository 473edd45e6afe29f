export * from "./1773.js";
