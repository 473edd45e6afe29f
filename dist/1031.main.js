export * from "./1031.js";
