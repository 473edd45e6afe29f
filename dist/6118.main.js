export * from "./6118.js";
