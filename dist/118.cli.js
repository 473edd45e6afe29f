export * from "./118.js";
