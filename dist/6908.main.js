export * from "./6908.js";
