export * from "./534.js";
