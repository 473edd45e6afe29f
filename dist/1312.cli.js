export * from "./1312.js";
