export * from "./896.js";
