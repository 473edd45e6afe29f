export * from "./938.js";
