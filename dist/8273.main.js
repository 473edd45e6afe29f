export * from "./8273.js";
