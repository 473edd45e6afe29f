export * from "./273.js";
