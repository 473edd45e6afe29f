export * from "./146.js";
