export * from "./77.js";
