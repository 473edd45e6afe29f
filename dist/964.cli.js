export * from "./964.js";
