export * from "./569.js";
