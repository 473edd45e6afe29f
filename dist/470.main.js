export * from "./470.js";
