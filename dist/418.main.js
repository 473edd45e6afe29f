export * from "./418.js";
