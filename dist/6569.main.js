export * from "./6569.js";
