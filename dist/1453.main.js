export * from "./1453.js";
