export * from "./144.js";
